/** A client as small as an old client's: raw requests in, status, headers and body out. */
import { checkConformance } from './conformance.ts';

export interface WirePayment {
  readonly id: string;
  readonly order_id: string;
  readonly amount: string;
  readonly currency: string;
  readonly status: string;
  readonly authorized_amount: string;
  readonly captured_amount: string;
  readonly refunded_amount: string;
  readonly allowed_actions: readonly string[];
  readonly next_action: { readonly type: string; readonly url: string } | null;
  readonly expires_at: string | null;
  readonly provider: string;
  readonly transaction_id: string | null;
  readonly idempotency_key: string;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly discrepancy: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface WireProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly request_id: string;
  readonly error: string;
  readonly errors?: readonly { readonly path: readonly string[]; readonly message: string }[];
  readonly [field: string]: unknown;
}

/** `text` is the body as it came; the others read it as what the test knows it to be. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly payment: WirePayment;
  readonly payments: readonly WirePayment[];
  readonly problem: WireProblem;
  /** A refusal in the rows of a test: status and code. */
  readonly refusal: readonly [number, string];
}

/** A string is sent as it is written, anything else as JSON; `undefined` sends no body at all. */
type Body = string | object | undefined;
type Sent = Readonly<Record<string, string>>;

export interface Http {
  readonly url: string;
  send(method: string, path: string, body?: Body, headers?: Sent): Promise<Answer>;
  get(path: string, headers?: Sent): Promise<Answer>;
  post(path: string, body?: Body, headers?: Sent): Promise<Answer>;
  patch(path: string, body?: Body, headers?: Sent): Promise<Answer>;
  /** The same server, called with another key, or with none. */
  as(key: string | null): Http;
}

export function client(url: string, key: string | null): Http {
  const send: Http['send'] = async (method, path, body, headers = {}) => {
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined || typeof body === 'string' ? (body ?? null) : JSON.stringify(body),
    });
    const text = await response.text();
    checkConformance(method, response.url, response.status, response.headers, text);
    return answerOf(response.status, response.headers, text);
  };
  return {
    url,
    send,
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body, headers) => send('POST', path, body, headers),
    patch: (path, body, headers) => send('PATCH', path, body, headers),
    as: (other) => client(url, other),
  };
}

function answerOf(status: number, headers: Headers, text: string): Answer {
  return {
    status,
    headers,
    text,
    get payment() {
      return JSON.parse(text) as WirePayment;
    },
    get payments() {
      return JSON.parse(text) as readonly WirePayment[];
    },
    get problem() {
      return JSON.parse(text) as WireProblem;
    },
    get refusal() {
      return [status, (JSON.parse(text) as WireProblem).code] as const;
    },
  };
}

let made = 0;

/** A name that no other test of this process has used. */
export const fresh = (what: string): string => `${what}-${process.pid}-${++made}`;

/** A create's body: 150.00 USD for an order and with a key of its own, unless told otherwise. */
export const creation = (fields: object = {}): Readonly<Record<string, unknown>> => ({
  order_id: fresh('order'),
  amount: '150.00',
  idempotency_key: fresh('key'),
  ...fields,
});

/** Creates a payment and answers it; for tests that are about what comes after. */
export async function create(http: Http, fields: object = {}): Promise<WirePayment> {
  const answer = await http.post('/payments/', creation(fields));
  if (answer.status > 202) throw new Error(`Not created: ${answer.status} ${answer.text}`);
  return answer.payment;
}
