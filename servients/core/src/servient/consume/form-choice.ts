import { ContentSerdes, type Form, type ProtocolClient, type SecurityScheme } from "@node-wot/core";
import { plainType } from "../../bindings/payload";
import { OperationNotAllowedError } from "../../errors";
import type { ClientPool, PooledClient } from "./client-pool";
import { NoUsableFormError } from "./errors";
import type { PreparedThing } from "./prepared-thing";
import { securitySchemes } from "./security-schemes";
import type { UnusableForm } from "./types";

export interface ChosenForm {
  readonly client: ProtocolClient;
  readonly form: Form;
}

export interface Wanted {
  readonly op: string;
  /** What errors name. */
  readonly what: string;
  /** JSON Pointer of the forms. */
  readonly path: string;
  readonly formIndex?: number | undefined;
}

/** What our HTTP clients can subscribe by; the others have no subprotocols. */
const HTTP_SUBPROTOCOLS = new Set([undefined, "sse", "longpoll"]);
const ABSOLUTE = /^([a-z][a-z0-9+.-]*):/i;

/** Finds the form to use: the first of the description that can be used, best with credentials. */
export class FormChoice {
  readonly #thing: PreparedThing;
  readonly #pool: ClientPool;
  readonly #own = new Map<string, PooledClient>();
  /** By the list of names in the description, which stays as it is. */
  readonly #schemes = new WeakMap<object, SecurityScheme[]>();

  constructor(thing: PreparedThing, pool: ClientPool) {
    this.#thing = thing;
    this.#pool = pool;
  }

  /**
   * @throws OperationNotAllowedError when no form offers the operation, NoUsableFormError when none
   *   that does can be used
   */
  choose(forms: readonly Form[], { op, what, path, formIndex }: Wanted): ChosenForm {
    const offered = forms.filter(
      (form, index) => (formIndex === undefined || index === formIndex) && offers(form, op),
    );
    if (offered.length === 0) {
      throw new OperationNotAllowedError(
        op,
        formIndex === undefined ? what : `${what}, form ${formIndex},`,
      );
    }
    const usable = offered.filter((form) => this.reason(form) === undefined);
    if (usable.length === 0) {
      throw new NoUsableFormError(op, what, this.unusable(forms, path, offered));
    }
    const readable = usable.filter(isReadable);
    return this.#best(readable.length > 0 ? readable : usable);
  }

  /** Why a form cannot be used; undefined when it can. */
  reason({ href, subprotocol }: Form): string | undefined {
    const scheme = schemeOf(href);
    if (scheme === undefined) return "relative, and the description has no base";
    if (!this.#pool.has(scheme)) return `no client for ${scheme}:`;
    if (scheme.startsWith("http") && !HTTP_SUBPROTOCOLS.has(subprotocol)) {
      return `no client for the subprotocol ${subprotocol}`;
    }
    return undefined;
  }

  unusable(forms: readonly Form[], path: string, only: readonly Form[] = forms): UnusableForm[] {
    return forms.flatMap((form, index) => {
      const reason = only.includes(form) ? this.reason(form) : undefined;
      return reason === undefined ? [] : [{ path: `${path}/${index}`, href: form.href, reason }];
    });
  }

  /** Clients that no other Thing uses. */
  get ownClients(): ProtocolClient[] {
    return [...this.#own.values()].map(({ client }) => client);
  }

  #best(forms: readonly Form[]): ChosenForm {
    const candidates: { pooled: PooledClient; form: Form }[] = [];
    for (const form of forms) {
      const pooled = this.#client(form);
      if (pooled.suits) return { client: pooled.client, form: { ...form } };
      candidates.push({ pooled, form });
    }
    // None can be met: the Thing itself says what it wants, and refuses with its reason.
    const { pooled, form } = candidates[0] as { pooled: PooledClient; form: Form };
    return { client: pooled.client, form: { ...form } };
  }

  #client(form: Form): PooledClient {
    const { id, security, securityDefinitions } = this.#thing;
    const wanted = form.security ?? security;
    let schemes = this.#schemes.get(wanted as object);
    if (!schemes) {
      const names = [wanted].flat() as string[];
      schemes = securitySchemes(names, securityDefinitions) as SecurityScheme[];
      if (typeof wanted === "object") this.#schemes.set(wanted, schemes);
    }
    const credentials = this.#pool.credentialsFor(id, form.href);
    return this.#pool.get(schemeOf(form.href) ?? "", { schemes, credentials }, this.#own);
  }
}

/** Without an array made of one operation: a mash-up asks at every interaction. */
function offers({ op }: Form, wanted: string): boolean {
  return typeof op === "string" ? op === wanted : (op?.includes(wanted) ?? false);
}

function schemeOf(href: string): string | undefined {
  return ABSOLUTE.exec(href)?.[1]?.toLowerCase();
}

/** Whether `value()` can decode what the form promises. */
function isReadable({ contentType, response }: Form): boolean {
  return ContentSerdes.get().isSupported(
    plainType(response?.contentType ?? contentType ?? "application/json"),
  );
}
