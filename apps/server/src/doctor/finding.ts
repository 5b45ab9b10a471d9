/** What the doctor says of one thing: that it is well, or what is wrong and how to mend it. */
export interface Finding {
  readonly about:
    | 'settings'
    | 'port'
    | 'database'
    | 'version'
    | 'migrations'
    | 'role'
    | 'grants'
    | 'clock'
    | 'key';
  /** `unknown`: it could not be looked at, since something before it is wrong. */
  readonly state: 'well' | 'wrong' | 'unknown';
  /** What was seen, in a line. */
  readonly seen: string;
  /** What to do about it; null where nothing has to be done. */
  readonly mend: string | null;
}

export const well = (about: Finding['about'], seen: string): Finding => ({
  about,
  state: 'well',
  seen,
  mend: null,
});

export const wrong = (about: Finding['about'], seen: string, mend: string): Finding => ({
  about,
  state: 'wrong',
  seen,
  mend,
});

export const unknown = (about: Finding['about'], seen: string): Finding => ({
  about,
  state: 'unknown',
  seen,
  mend: null,
});
