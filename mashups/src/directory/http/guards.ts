import {
  type AccessRequest,
  ForbiddenError,
  type HttpGuard,
  type Principal,
  SERVICE_SCOPES,
  type ThingSecurity,
} from "@fogwot/core";
import type { FastifyReply, FastifyRequest } from "fastify";

/** Lets a request pass, or refuses it by throwing. */
export type Authorize = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** What can be done with a directory, as access rules speak of it: by its Thing Description's names. */
export type DirectoryOperation =
  | "describe"
  | "list"
  | "create"
  | "createAnonymous"
  | "update"
  | "patch"
  | "delete"
  | "events";

/** The site's access to a directory. */
export interface DirectoryAccess {
  readonly guard: HttpGuard;
  /** What the directory's own description says of it. */
  readonly security: ThingSecurity;
}

/** Who may do what at the routes of a directory. */
export interface Guards {
  hook(operation: DirectoryOperation): Authorize;
  /** Reading one Thing Description. */
  readonly retrieve: Authorize;
  /** Of some Things, those whose descriptions the asker may read. */
  visible<T extends { readonly id: string }>(
    request: FastifyRequest,
    entries: readonly T[],
  ): Promise<readonly T[]>;
  /** Whether the asker, who was let in, may read one; for what cannot be asked beforehand. */
  mayRead(request: FastifyRequest, id: string): boolean;
  /**
   * Who changes a registration; undefined where nobody is asked for a name.
   * @param entry the one there is
   * @throws ForbiddenError when it is another's, and the asker no administrator
   */
  changing(
    request: FastifyRequest,
    entry: { readonly id: string; readonly owner: string | undefined } | undefined,
  ): Promise<string | undefined>;
  /** Calls back when the credentials of a request cease to hold. */
  watch(request: FastifyRequest, ended: () => void): Promise<() => void>;
}

/** Everybody may read what reading is not refused to; changing is for whom `authorize` lets pass. */
export function plainGuards(authorize: Authorize, authorizeRead: Authorize): Guards {
  const reading = new Set<DirectoryOperation>(["describe", "list", "events"]);
  return {
    hook: (operation) => (reading.has(operation) ? authorizeRead : authorize),
    retrieve: authorizeRead,
    visible: async (_request, entries) => entries,
    mayRead: () => true,
    changing: async () => undefined,
    watch: async () => () => undefined,
  };
}

type Asked = Omit<AccessRequest, "thing">;

const action = (name: string): Asked => ({
  op: "invokeaction",
  affordance: { kind: "actions", name },
});

const ASKED: Readonly<Record<DirectoryOperation, Asked>> = {
  describe: { op: "readdescription" },
  list: { op: "readproperty", affordance: { kind: "properties", name: "things" } },
  create: action("createThing"),
  createAnonymous: action("createAnonymousThing"),
  update: action("updateThing"),
  patch: action("partiallyUpdateThing"),
  delete: action("deleteThing"),
  events: { op: "subscribeallevents" },
};

/** By the site's rules: those for the directory as a Thing, and for each Thing that it lists. */
export function ruledGuards({ guard }: DirectoryAccess, directoryId: string): Guards {
  const reading = (id: string): AccessRequest => ({ thing: id, op: "readdescription" });
  return {
    hook: (operation) => async (request) =>
      guard.authorize(request.raw, { thing: directoryId, ...ASKED[operation] }),
    retrieve: async (request) => {
      const { id } = request.params as { id: string };
      await guard.authorize(request.raw, reading(id));
    },
    mayRead: (request, id) => guard.letsNow(request.raw, reading(id)),
    visible: async (request, entries) => {
      const seen = [];
      for (const entry of entries)
        if (await guard.lets(request.raw, reading(entry.id))) seen.push(entry);
      return seen;
    },
    changing: async (request, entry) => {
      const principal = await guard.principalOf(request.raw);
      const owner = entry?.owner;
      if (owner !== undefined && owner !== principal?.name && !isAdministrator(principal)) {
        throw new ForbiddenError(`${entry?.id} was registered by somebody else`);
      }
      return principal?.name;
    },
    watch: (request, ended) => guard.watch(request.raw, ended),
  };
}

/** Scopes whose bearer may change what another has registered. */
const ADMINISTRATION: readonly string[] = ["admin", SERVICE_SCOPES.operator, SERVICE_SCOPES.server];

function isAdministrator(principal: Principal | undefined): boolean {
  return principal?.scopes.some((scope) => ADMINISTRATION.includes(scope)) ?? false;
}
