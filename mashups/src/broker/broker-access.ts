import type { Socket } from "node:net";
import {
  type Access,
  BrokerPermissions,
  type Credentials,
  type DescribedForms,
  type FogwotError,
  ForbiddenError,
  type Logger,
  type Principal,
  type SiteTopics,
  TooManyRequestsError,
  toFogwotError,
  UnauthorizedError,
} from "@fogwot/core";
import type { Aedes, AedesPublishPacket, Client, PublishPacket, Subscription } from "aedes";
import { DescribedThings } from "./described-things";
import { RefusedMessages } from "./refused-messages";

/** Whom the broker lets in, and who may do what there. */
export interface BrokerAccessOptions {
  readonly access: Access;
  /** Where the site's Things are. */
  readonly topics: SiteTopics;
  /** Lets clients in without credentials, for the Things that ask for none. @default false */
  readonly anonymous?: boolean;
  /** Subscriptions of one client, but the site's own programs'. @default 1000 */
  readonly maxSubscriptions?: number;
  readonly log: Logger;
}

/** Who one client is. */
interface Session {
  readonly principal: Principal | undefined;
  readonly remote: string;
  /** What may be forwarded to it, by topic: asked at every message. */
  readonly verdicts: Map<string, boolean>;
  refused: number;
}

const MAX_VERDICTS = 5_000;
/** A client that goes on after so many refusals in a row is disconnected. */
const MAX_REFUSED = 1_000;

/** Holds every client of the embedded broker to the site's access rules. */
export class BrokerAccess {
  readonly #options: BrokerAccessOptions;
  readonly #permissions: BrokerPermissions;
  readonly #things: DescribedThings;
  readonly #refused: RefusedMessages;
  readonly #sessions = new WeakMap<Client, Session>();
  readonly #broker: Aedes;
  #denied = 0;

  constructor(broker: Aedes, options: BrokerAccessOptions) {
    const { access, topics } = options;
    this.#broker = broker;
    this.#options = options;
    this.#things = new DescribedThings(topics);
    this.#permissions = new BrokerPermissions({
      access,
      topics,
      described: (base): DescribedForms | undefined => this.#things.get(base),
    });
    this.#refused = new RefusedMessages(broker);
  }

  /** Messages and subscriptions that were refused. */
  get denied(): number {
    return this.#denied;
  }

  /**
   * Lets a client in, until what proves who it is ceases to hold.
   * @throws UnauthorizedError, TooManyRequestsError, ForbiddenError
   */
  async authenticate(client: Client, username: string, password: string): Promise<void> {
    const { access } = this.#options;
    const remote = (client.conn as Socket).remoteAddress ?? "";
    const principal = await this.#principalOf(username, password, remote);
    this.#refuseTakeover(client, principal);
    this.#sessions.set(client, { principal, remote, verdicts: new Map(), refused: 0 });
    if (!principal) return;
    const stop = access.watch(principal, () => client.close());
    client.conn.once("close", stop);
  }

  /** @returns whether the message is to be published; it is told of a refusal where it can be */
  permitsPublish(client: Client | null, packet: PublishPacket): boolean {
    const session = client && this.#sessions.get(client);
    if (!session) return this.#deny(client, "publish", packet.topic);
    const { principal, remote } = session;
    const payload = Buffer.from(packet.payload);
    try {
      this.#options.access.admit(principal, remote);
      this.#permissions.publish(principal, { ...packet, payload });
    } catch (thrown) {
      const error = toFogwotError(thrown);
      this.#refused.refuse(packet, this.#permissions.refusalTopic(principal, packet.topic), error);
      session.refused++;
      this.#deny(client, "publish", packet.topic, error);
      if (session.refused > MAX_REFUSED) throw error;
      return false;
    }
    session.refused = 0;
    if (packet.retain) this.#things.learn(packet.topic, payload);
    return true;
  }

  permitsSubscription(client: Client, { topic }: Subscription): boolean {
    const session = this.#sessions.get(client);
    if (!session) return this.#deny(client, "subscribe", topic);
    const { maxSubscriptions = 1_000, access } = this.#options;
    try {
      const { principal, remote } = session;
      access.admit(principal, remote);
      this.#permissions.subscribe(principal, topic);
      const held = Object.keys((client as unknown as { subscriptions: object }).subscriptions);
      if (held.length >= maxSubscriptions && !isProgram(principal)) {
        throw new ForbiddenError(`more than ${maxSubscriptions} subscriptions`);
      }
      return true;
    } catch (error) {
      return this.#deny(client, "subscribe", topic, toFogwotError(error));
    }
  }

  permitsForward(client: Client, { topic, retain }: AedesPublishPacket): boolean {
    const session = this.#sessions.get(client);
    if (!session) return false;
    const key = retain ? `r ${topic}` : topic;
    const known = session.verdicts.get(key);
    if (known !== undefined) return known;
    const verdict = this.#permissions.receive(session.principal, topic, retain);
    if (session.verdicts.size >= MAX_VERDICTS) session.verdicts.clear();
    session.verdicts.set(key, verdict);
    return verdict;
  }

  async #principalOf(username: string, password: string, remote: string) {
    const { access, anonymous = false } = this.#options;
    if (username === "" && password === "") {
      if (anonymous) return undefined;
      throw new UnauthorizedError("credentials are required");
    }
    const principal = await access.authenticate(credentialsOf(username, password), remote);
    // The name is a level of the client's topics: nobody goes by another's.
    if (principal.name === username) return principal;
    throw new UnauthorizedError("the token is not this user's");
  }

  /** The broker ends an older client of the same name: nobody may do that to another user. */
  #refuseTakeover({ id }: Client, principal: Principal | undefined): void {
    const { clients } = this.#broker as unknown as { clients: Record<string, Client | undefined> };
    const other = clients[id];
    const owner = other && this.#sessions.get(other)?.principal?.name;
    if (other && owner !== principal?.name) throw new ForbiddenError(`client ${id} is another's`);
  }

  #deny(client: Client | null, what: string, topic: string, error?: FogwotError): false {
    this.#denied++;
    const level = error instanceof TooManyRequestsError ? "trace" : "debug";
    this.#options.log[level]({ client: client?.id, topic, err: error }, `${what} refused`);
    return false;
  }
}

/** A JWT goes as password: three parts, the first of them JSON. */
function credentialsOf(username: string, password: string): Credentials {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(password)
    ? { kind: "bearer", token: password }
    : { kind: "basic", username, password };
}

function isProgram(principal: Principal | undefined): boolean {
  return principal?.scopes.some((scope) => scope.startsWith("fogwot:")) ?? false;
}
