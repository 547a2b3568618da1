import { type Content, type Form, ProtocolHelpers } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { type ActionStatus, isActionStatus } from "../../bindings/actions";
import { decode, fromContent, plainType } from "../../bindings/payload";
import { validate } from "../../bindings/schema";
import { FogwotError, InputError, InteractionError, OperationNotAllowedError } from "../../errors";
import type { InteractionOptions } from "./types";

type DataSchema = WoT.DataSchema;
type DataSchemaValue = WoT.DataSchemaValue;

/** What a Thing answered, or notified. @see Scripting API, InteractionOutput */
export class Output implements WoT.InteractionOutput {
  readonly form: Form;
  readonly schema: DataSchema;
  dataUsed = false;
  readonly #content: Content;
  #buffer: Promise<Buffer> | undefined;
  #value: Promise<DataSchemaValue> | undefined;
  #stream: ReadableStream | undefined;

  constructor(content: Content, form: Form, schema: DataSchema | undefined) {
    this.#content = content;
    this.form = form;
    this.schema = schema ?? {};
  }

  /** The payload as a stream, once, instead of the other two. */
  get data(): ReadableStream {
    if (!this.#stream) {
      this.#use();
      this.#stream = ProtocolHelpers.toWoTStream(this.#content.body) as ReadableStream;
    }
    return this.#stream;
  }

  /** The payload's bytes; like node-wot's a Buffer, so that `toString()` reads it. */
  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes() as Promise<unknown> as Promise<ArrayBuffer>;
  }

  /**
   * The payload decoded by its own media type and held to the schema; undefined where there is none.
   *
   * @throws UnsupportedMediaTypeError: `arrayBuffer()` has what cannot be decoded;
   *   InteractionError with status 502 when the Thing broke its own description
   */
  value(): Promise<DataSchemaValue> {
    this.#value ??= this.#decode();
    return this.#value;
  }

  protected check(value: DataSchemaValue): void {
    validate(value, this.schema);
  }

  async #decode(): Promise<DataSchemaValue> {
    const type = plainType(this.#content.type || this.#expectedType());
    const payload = { type, body: await this.#bytes() };
    try {
      const value = decode(payload, this.schema);
      if (value !== undefined) this.check(value);
      return value as DataSchemaValue;
    } catch (cause) {
      if (!(cause instanceof InputError)) throw cause;
      throw new InteractionError(this.form.href, 502, undefined, { cause });
    }
  }

  #expectedType(): string {
    return this.form.response?.contentType ?? this.form.contentType ?? "application/json";
  }

  #bytes(): Promise<Buffer> {
    if (!this.#buffer) {
      this.#use();
      this.#buffer = fromContent(this.#content).then(({ body }) => body);
    }
    return this.#buffer;
  }

  #use(): void {
    if (this.dataUsed) throw new PayloadUsedError(this.form.href);
    this.dataUsed = true;
  }
}

/** What is known of an action besides its answer. */
export interface InvokedAction {
  readonly schema: DataSchema | undefined;
  /** It answers with its output, never with a status. */
  readonly isSynchronous: boolean;
  query(
    status: ActionStatus,
    options: InteractionOptions | undefined,
  ): Promise<WoT.InteractionOutput>;
  cancel(status: ActionStatus, options: InteractionOptions | undefined): Promise<void>;
}

/** What an action answered: its output, or its status where it goes on without us. */
export class ActionOutput extends Output implements WoT.ActionInteractionOutput {
  readonly #action: InvokedAction;

  constructor(content: Content, form: Form, action: InvokedAction) {
    super(content, form, action.schema);
    this.#action = action;
  }

  /**
   * What became of it: an ActionStatus.
   * @throws OperationNotAllowedError where the action has answered already, InteractionError
   */
  async query(
    _parameters?: WoT.InteractionInput,
    options?: InteractionOptions,
  ): Promise<WoT.InteractionOutput> {
    return this.#action.query(await this.#status("queryaction"), options);
  }

  /** @throws OperationNotAllowedError where the action has answered already, InteractionError */
  async cancel(_parameters?: WoT.InteractionInput, options?: InteractionOptions): Promise<void> {
    await this.#action.cancel(await this.#status("cancelaction"), options);
  }

  protected override check(value: DataSchemaValue): void {
    if (!this.#isStatus(value)) super.check(value);
  }

  /** With the absolute href of the status. */
  async #status(op: string): Promise<ActionStatus> {
    const status: unknown = await this.value();
    if (!this.#isStatus(status)) {
      throw new OperationNotAllowedError(op, `${this.form.href}, which has answered already,`);
    }
    const { href: base } = this.form;
    const href = URL.canParse(status.href, base) ? new URL(status.href, base).href : status.href;
    return { ...status, href };
  }

  #isStatus(value: unknown): value is ActionStatus {
    return !this.#action.isSynchronous && isActionStatus(value);
  }
}

/** A payload that was taken as a stream cannot be read again. */
export class PayloadUsedError extends FogwotError {
  readonly code = "PAYLOAD_USED";
  readonly title = "The payload was read already";
  readonly status = 409;
  constructor(href: string) {
    super(`${href}: the payload was read as a stream, or is being read`, { details: { href } });
  }
}
