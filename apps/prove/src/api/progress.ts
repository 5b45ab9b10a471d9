/** How far the run has come, on standard error: standard output is the report's. */

export interface Screen {
  readonly writeErr: (text: string) => void;
  /** Whether a line can be written over. */
  readonly isTerminal: boolean;
}

export interface Progress {
  /** Shows it, unless something was shown a moment ago. */
  show(line: string): void;
  /** Takes the line away, where that can be done. */
  clear(): void;
}

/** Milliseconds between two lines: in place often, one below the other rarely. */
const [inPlaceMs, belowMs] = [100, 5_000];
const toLineStart = '\r\u001b[K';

export function createProgress({ writeErr, isTerminal }: Screen): Progress {
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show(line) {
      const now = performance.now();
      if (now - shownAt < (isTerminal ? inPlaceMs : belowMs)) return;
      shownAt = now;
      writeErr(isTerminal ? `${toLineStart}${line}` : `${line}\n`);
    },
    clear() {
      if (isTerminal) writeErr(toLineStart);
    },
  };
}
