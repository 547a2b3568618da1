import type { ProblemDetails } from "../errors";

/** What parent and child say to each other over the fork's IPC channel. */
export type ToChild =
  | { readonly kind: "start"; readonly config: unknown }
  | { readonly kind: "request"; readonly id: number; readonly message: unknown };

export type ToParent =
  | { readonly kind: "ready"; readonly report: unknown }
  | { readonly kind: "failed"; readonly problem: ProblemDetails }
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "refused"; readonly id: number; readonly problem: ProblemDetails }
  | { readonly kind: "message"; readonly message: unknown };
