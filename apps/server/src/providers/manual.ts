/** `manual`: somebody else moves the money and reports it. There is nobody to ask. */
import type { Provider } from './provider.ts';

function nobody(): Promise<never> {
  return Promise.reject(new Error('A manual payment has no provider to ask.'));
}

export const manual: Provider = {
  name: 'manual',
  modes: ['test', 'live'],
  perform: nobody,
  lookup: nobody,
};
