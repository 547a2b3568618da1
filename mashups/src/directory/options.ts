import type { Clock, Logger } from "@fogwot/core";
import type { EventJournalOptions } from "./event-journal";
import type { Limits } from "./limits";
import type { SubmissionRules } from "./submission";

export interface DirectoryOptions extends Partial<Limits> {
  /** Where the Things outlive a restart; without it they do not. */
  readonly file?: string;
  /** What is wrong with a Thing Description; empty when it is valid. @default W3C's JSON Schema */
  readonly validate?: SubmissionRules["validate"];
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly events?: EventJournalOptions;
  /** Below this size the file is not rewritten. @default 4 MiB */
  readonly minRewriteBytes?: number;
}
