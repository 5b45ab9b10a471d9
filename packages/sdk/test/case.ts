/** What the cases have in common. */
import { expect } from 'vitest';

let orders = 0;
/** An order of its own for each payment. */
export const order = () => {
  orders += 1;
  return { orderId: `case-${process.pid}-${orders}`, amount: '150.00' };
};

/** What a call, or a list, threw. */
export const failed = (call: PromiseLike<unknown>) => expect(Promise.resolve(call)).rejects;
