/**
 * Typed ids: a UUIDv7 (RFC 9562) without its hyphens, behind the kind of thing it names.
 * `pay_0199…` can't be handed over where an `op_…` is meant: the compiler refuses it.
 */
const prefixes = {
  merchant: 'mer',
  apiKey: 'key',
  payment: 'pay',
  operation: 'op',
  event: 'evt',
} as const;

export type IdKind = keyof typeof prefixes;
export type Id<K extends IdKind> = `${(typeof prefixes)[K]}_${string}`;
export type MerchantId = Id<'merchant'>;
export type ApiKeyId = Id<'apiKey'>;
export type PaymentId = Id<'payment'>;
export type OperationId = Id<'operation'>;
export type EventId = Id<'event'>;

/** Ids for what a decision may bring into being. One that it does not use is thrown away. */
export interface FreshIds {
  readonly paymentId: PaymentId;
  readonly operationId: OperationId;
  readonly eventId: EventId;
}

/** Whether `text` is an id of this kind: its prefix, then 32 lower-case hexadecimal digits. */
export function isId<K extends IdKind>(kind: K, text: string): text is Id<K> {
  const prefix = prefixes[kind];
  return text.startsWith(`${prefix}_`) && /^[0-9a-f]{32}$/.test(text.slice(prefix.length + 1));
}

/** The id of `kind` that carries `uuid`, with or without hyphens. */
export function idOf<K extends IdKind>(kind: K, uuid: string): Id<K> {
  return `${prefixes[kind]}_${uuid.replaceAll('-', '')}`;
}

/** The UUID that an id carries, without hyphens, as PostgreSQL takes it. */
export function uuidOf(id: Id<IdKind>): string {
  return id.slice(id.indexOf('_') + 1);
}
