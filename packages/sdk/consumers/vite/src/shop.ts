/** A page that pays by its own backend, and follows the payment there: no key of Florin's is in it. */
import { createFlorin, isFlorinError, money, type PaymentId } from '@florin/sdk';

const florin = createFlorin({ url: '/florin', apiKey: null });
const show = (id: string, text: string) => {
  const element = document.getElementById(id);
  if (element) element.textContent = text;
};

document.getElementById('pay')?.addEventListener('click', async () => {
  const checkout = await fetch('/checkout', { method: 'POST' });
  const { id }: { id: PaymentId } = await checkout.json();
  const paid = await florin.payments.waitFor(id, 'SUCCESS', { timeoutMs: 20_000 });
  show('payment', `${paid.status} ${money(paid.amount, paid.currency).format('en-US')}`);

  const refused: unknown = await florin.payments.refund(id).catch((error: unknown) => error);
  show('refused', isFlorinError(refused) ? `${refused.code} ${refused.status}` : 'refunded');

  try {
    createFlorin({ url: '/florin', apiKey: `fk_test_${'0'.repeat(32)}` });
  } catch (error) {
    show('secret', String(error));
  }
});
