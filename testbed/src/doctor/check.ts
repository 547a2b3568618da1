/** What one look found. `failed`: a site cannot run; `warning`: something less does not work. */
export interface Diagnosis {
  readonly level: "ok" | "warning" | "failed";
  readonly found: string;
  /** What to do about it; absent when all is well. */
  readonly mend?: string;
}

export interface CheckContext {
  /** The site whose ports matter, as on the command line. */
  readonly site: string | undefined;
}

/** A file in `checks/` exports `check`; its name is the check's name. */
export type Check = (context: CheckContext) => Diagnosis | Promise<Diagnosis>;
