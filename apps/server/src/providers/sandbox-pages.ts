/** The sandbox's pages as HTML: each stands alone, runs nothing, and loads nothing from anywhere. */
import { createHash } from 'node:crypto';
import { formatAmount, type Payment } from '@florin/core';
import { html, raw } from 'hono/html';

const style = `
body { font: 18px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 15vh auto 0; padding: 0 1rem; }
button { font: inherit; padding: 0.4rem 1.2rem; margin: 1rem 0.6rem 0 0; cursor: pointer; }
`;

/** The one style that may apply is this one, and the form goes to where the page came from. */
export const pageHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
} as const;

type Part = ReturnType<typeof html>;

const page = (title: string, content: Part): Part => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
<p><small>Florin's sandbox. No money moves.</small></p>
</main>
</body>
</html>
`;

/** What the payer is asked. The form goes back to the page's own address. */
export function choicePage({ amount, currency, orderId }: Payment): Part {
  const price = `${formatAmount(amount, currency)} ${currency}`;
  return page(
    `Pay ${price}?`,
    html`<p>Order ${orderId}</p>
<form method="post">
<button name="outcome" value="approved">Approve</button>
<button name="outcome" value="declined">Decline</button>
</form>`,
  );
}

export const messagePage = (title: string, text: string): Part => page(title, html`<p>${text}</p>`);
