import { SCOPE_PATTERN } from "../config/security-schema";
import { PASSWORD_HASH_PATTERN } from "./password-hash";

/** Somebody who may use the site. */
export interface User {
  readonly name: string;
  readonly scopes: readonly string[];
  /** As mosquitto has it: `$7$<iterations>$<salt>$<hash>`. */
  readonly passwordHash?: string;
  /** SHA-256, hexadecimal. */
  readonly apiKeyHash?: string;
  /** Hexadecimal; TLS needs it in clear. */
  readonly psk?: string;
}

/** `<folder>/users.yaml`. */
export interface UserList {
  readonly users: readonly User[];
  /** Name → when it was taken back, s since 1970: tokens of that name from before do not hold. */
  readonly revoked: Readonly<Record<string, number>>;
}

export const NO_USERS: UserList = { users: [], revoked: {} };

/** Neither the site's own programs (`fogwot.…`) nor what MQTT, Basic or an ACL file cannot carry. */
export const USER_NAME_PATTERN = "^(?!fogwot\\.)[a-zA-Z0-9][a-zA-Z0-9._@-]{0,63}$";

export const USERS_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "users of a fogwot site",
  type: "object",
  additionalProperties: false,
  properties: {
    users: {
      type: "array",
      maxItems: 10_000,
      default: [],
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name", "scopes"],
        properties: {
          name: { type: "string", pattern: USER_NAME_PATTERN },
          scopes: { type: "array", items: { type: "string", pattern: SCOPE_PATTERN } },
          passwordHash: { type: "string", pattern: PASSWORD_HASH_PATTERN },
          apiKeyHash: { type: "string", pattern: "^[0-9a-f]{64}$" },
          psk: { type: "string", pattern: "^(?:[0-9a-f]{2}){16,64}$" },
        },
      },
    },
    revoked: {
      type: "object",
      default: {},
      additionalProperties: { type: "integer", minimum: 0 },
    },
  },
} as const;
