/** How far a long command has come, on standard error: so that standard output stays the answer. */

export interface Screen {
  readonly writeErr: (text: string) => void;
  /** Whether what is written there is seen at once, and can be written over. */
  readonly isTerminal: boolean;
}

export interface Progress {
  /** Shows it, unless something was shown a moment ago. */
  show(line: string): void;
  /** Takes the line away, where it can be, so that other output has one of its own. */
  clear(): void;
}

/** Milliseconds between two lines: in place often, one below the other rarely. */
const [inPlaceMs, belowMs] = [100, 5_000];
const toLineStart = '\r\u001b[K';

export function createProgress({ writeErr, isTerminal }: Screen): Progress {
  let shownAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show(line) {
      const now = performance.now();
      if (now - shownAt < (isTerminal ? inPlaceMs : belowMs)) return;
      shownAt = now;
      isShown = isTerminal;
      writeErr(isTerminal ? `${toLineStart}${line}` : `${line}\n`);
    },
    clear() {
      if (isShown) writeErr(toLineStart);
      isShown = false;
    },
  };
}

const barWidth = 24;

/** `[######------------------]  25 %`; it is never more than full. */
export function barOf(done: number, of: number): string {
  const part = of > 0 ? Math.min(done / of, 1) : 1;
  const full = Math.floor(part * barWidth);
  const percent = String(Math.floor(part * 100)).padStart(3);
  return `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}] ${percent} %`;
}
