/** A Thing as the search worker gets it: texts, because they are copied faster than objects. */
export interface ThingUpdate {
  readonly id: string;
  /** Left out where only the registration has changed. */
  readonly tdJson?: string;
  readonly registrationJson: string;
}

export interface SearchRequest {
  readonly query: string;
  /** What has changed since the last request. */
  readonly updates: readonly ThingUpdate[];
  readonly deletes: readonly string[];
  readonly maxResults: number;
  readonly maxResultCharacters: number;
}

export type SearchAnswer =
  /** Text of a JSON array. */
  | { readonly json: string }
  /** The query is none, or its result is beyond the limits. */
  | { readonly fault: "syntax" | "limit"; readonly message: string };
