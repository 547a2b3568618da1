import {
  type ConsumedThing,
  type Content,
  ContentSerdes,
  type Form,
  type ProtocolClient,
} from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { InteractionError, OperationNotAllowedError } from "../../errors";
import { decode, fromContent } from "../payload";
import { validate } from "../schema";

type DataSchema = WoT.DataSchema;
type DataSchemaValue = WoT.DataSchemaValue;

/** A form that offers an operation, and a client that has the Thing's credentials. */
export interface UsableForm {
  readonly client: ProtocolClient;
  readonly form: Form;
}

/** Finds forms of a ConsumedThing as node-wot does for single affordances, and reads what they give. */
export class FormUser {
  readonly #thing: ConsumedThing;

  constructor(thing: WoT.ConsumedThing) {
    this.#thing = thing as unknown as ConsumedThing;
  }

  get thing(): ConsumedThing {
    return this.#thing;
  }

  /**
   * @param forms the Thing's own by default
   * @throws OperationNotAllowedError when no form offers the operation over a binding we have
   */
  use(op: string, forms: readonly Form[] = this.#thing.forms ?? []): UsableForm {
    const offering = forms.filter((form) => [form.op ?? []].flat().includes(op));
    if (offering.length === 0) throw new OperationNotAllowedError(op, this.#thing.title);
    // The kind of affordance matters only for forms without operations: there are none left.
    const { client, form } = this.#thing.getClientFor(offering, op, 0 as never);
    if (!form) throw new OperationNotAllowedError(op, this.#thing.title);
    return { client, form };
  }

  /** The form with its URI variables filled in. */
  expand(form: Form, holder: object, values: Record<string, unknown>): Form {
    return this.#thing.handleUriVariables(holder as never, form, { uriVariables: values });
  }

  /** Value → what a form's media type makes of it. */
  content(value: unknown, schema: DataSchema, form: Form): Content {
    return ContentSerdes.get().valueToContent(value as DataSchemaValue, schema, form.contentType);
  }

  /** @throws InteractionError with status 502 when the Thing answered what its media type is not */
  async value(href: string, content: Content): Promise<DataSchemaValue | undefined> {
    const payload = await fromContent(content);
    return believed(href, () => decode(payload, ANY));
  }

  /** @throws InteractionError with status 502 when a value is not what the description says */
  check(href: string, value: unknown, schema: DataSchema): void {
    believed(href, () => validate(value, schema));
  }
}

const ANY: DataSchema = {};

function believed<T>(href: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    // The Thing broke its own description: not the asker's fault.
    throw new InteractionError(href, 502, undefined, { cause: cause as Error });
  }
}
