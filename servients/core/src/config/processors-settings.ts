/** Section `processors` of a site file. Shape and defaults: PROCESSOR_TRUST_SCHEMA. */
export interface SiteProcessorTrust {
  /** File; absolute once the site is loaded. */
  readonly trust?: string;
  /** Of the key that signed what the site builds itself: added by who starts the site, never in its file. */
  readonly ownTrust?: string;
  readonly probation: { readonly frames: number; readonly durationMs: number };
  readonly checkpointMs: number;
}

/** One processor of a node. Shape and defaults: PROCESSORS_SCHEMA. */
export interface SiteProcessor {
  readonly name: string;
  /** File; absolute once the site is loaded. */
  readonly artifact?: string;
  /** Folder; absolute once the site is loaded. */
  readonly source?: string;
  readonly watch: boolean;
  readonly from: readonly SiteFeed[];
  readonly to: readonly SiteOutlet[];
  readonly config?: Readonly<Record<string, number | readonly number[]>>;
  readonly gpio?: Readonly<Record<string, SitePin>>;
}

/** What a pin slot of a processor switches. */
export interface SitePin {
  readonly device: string;
  /** Writable property of the device's Thing. */
  readonly parameter: string;
  /** What is written for 1. @default 1 */
  readonly on?: number;
}

export type SiteFeed =
  | {
      readonly device: string;
      readonly data: "bytes" | "reading";
      readonly port: string;
      readonly fields?: FeedFields;
    }
  | ({
      /** Id of a Thing, or its name within the site. */
      readonly thing: string;
      readonly port: string;
      readonly fields?: FeedFields;
    } & ({ readonly event: string } | { readonly property: string }))
  | { readonly processor: string; readonly out: string; readonly port: string };

export type FeedFields = Readonly<Record<string, FieldValue | readonly FieldValue[]>>;

/** Name of a quantity, or a number. */
export type FieldValue = string | number;

export interface SiteOutlet {
  readonly port: string;
  readonly event: boolean;
  readonly device?: string;
  /** Id of a Thing, or its name within the site. */
  readonly thing?: string;
  readonly action?: string;
  /** Member of the action's input → field of the record, or a number. */
  readonly input?: Readonly<Record<string, FieldValue>>;
  readonly when?: {
    readonly field: string;
    readonly bits?: number;
    readonly equals?: number;
  };
}
