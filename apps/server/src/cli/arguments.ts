/** What is written on the command line, read and checked before anything is done. */
import { limits } from '@florin/core';
import { InvalidArgumentError } from 'commander';

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Milliseconds of a duration such as `30s`, `15m`, `24h` or `90d`.
 * @throws InvalidArgumentError
 */
export function parseDuration(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  if (unit === '') throw new InvalidArgumentError('It must be such as 30s, 15m, 24h or 90d.');
  return Number(count) * unitMs[unit as keyof typeof unitMs];
}

/** A duration that is not over at once. */
export function parseLifetime(text: string): number {
  const ms = parseDuration(text);
  if (ms === 0) throw new InvalidArgumentError('It must be more than nothing.');
  return ms;
}

/** The name of a merchant or a key: one line of text. */
export function parseName(text: string): string {
  const characters = [...text].length;
  if (characters < 1 || characters > limits.textCharacters) {
    throw new InvalidArgumentError(`It must have 1 to ${limits.textCharacters} characters.`);
  }
  if (/\p{Cc}/u.test(text)) throw new InvalidArgumentError('It must be one line of plain text.');
  return text;
}

/** A row's number. */
export function parseId(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}
