/** A refusal on its way up to the caller. */
import { detailOf, type Refusal } from '@florin/core';

export class RefusalError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(detailOf(refusal));
    this.name = 'RefusalError';
    this.refusal = refusal;
  }
}
