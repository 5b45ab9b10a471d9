/** SIGTERM and SIGKILL of a real process: requests under way finish, and nothing is left behind. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectSettledBooks } from './books.ts';
import { create, creation, fresh } from './http.ts';
import { fixture, mainScript, on, runServer, spawnServer, testKey } from './server.ts';

// Processes start and end here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

/** Whether somebody listens there. */
function listens(url: string): Promise<boolean> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

describe.concurrent('with DATABASE_URL', () => {
  it('SIGTERM lets requests finish, takes no new ones, and exits 0', async ({ expect }) => {
    await using db = await testDatabase();
    await using server = await spawnServer(on(db.url), fixture('slow-server.ts'));
    const requests = Array.from({ length: 12 }, () => server.http.post('/payments/', creation()));
    await expect.poll(() => server.printed().split('asked').length - 1).toBe(requests.length);
    const exited = server.kill('SIGTERM');
    await expect.poll(() => listens(server.url)).toBe(false);
    const answers = await Promise.all(requests);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(answers.map(({ payment }) => payment.status)).toEqual(answers.map(() => 'SUCCESS'));
    expect(await exited).toMatchObject({ code: 0, signal: null, stderr: '' });
    await expectSettledBooks(db.owner.sql);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('an idle one exits 0 on %s', async (signal) => {
    await using db = await testDatabase();
    await using server = await spawnServer(on(db.url));
    await create(server.http);
    expect(await server.kill(signal)).toMatchObject({ code: 0, signal: null, stderr: '' });
  });
});

describe('with the embedded database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'florin-shutdown-'));
  const settings = { FLORIN_DATA_DIR: join(folder, 'data'), FLORIN_BOOTSTRAP_KEY: testKey };
  const request = creation({ order_id: fresh('kept') });
  beforeAll(async () => {
    await using server = await spawnServer(settings);
    await server.http.post('/payments/', request);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const postgresPid = () =>
    Number(
      readFileSync(join(settings.FLORIN_DATA_DIR, 'postgres/postmaster.pid'), 'utf8').split(
        '\n',
      )[0],
    );
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it('SIGTERM leaves no process and no lock, and what was paid is there at the next start', async () => {
    await using server = await spawnServer(settings);
    const pid = postgresPid();
    expect(isAlive(pid)).toBe(true);
    expect(existsSync(join(settings.FLORIN_DATA_DIR, 'florin.lock'))).toBe(true);
    const under = Array.from({ length: 8 }, () =>
      server.http.post('/payments/', creation()).catch(() => null),
    );
    expect(await server.kill('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
    const answers = await Promise.all(under);
    expect(isAlive(pid)).toBe(false);
    for (const left of ['florin.lock', 'postgres/postmaster.pid']) {
      expect(existsSync(join(settings.FLORIN_DATA_DIR, left)), left).toBe(false);
    }

    await using next = await spawnServer(settings);
    expect((await next.http.post('/payments/', request)).status).toBe(200);
    for (const answer of answers) {
      if (answer === null) continue;
      const kept = await next.http.get(`/payments/${answer.payment.id}/`);
      expect(kept.text).toBe(answer.text);
    }
  });

  it('SIGTERM during a start leaves no process and no lock either', async () => {
    const starting = runServer(settings, mainScript, ({ kill }) => {
      const look = setInterval(() => {
        if (!existsSync(join(settings.FLORIN_DATA_DIR, 'florin.lock'))) return;
        clearInterval(look);
        kill('SIGTERM');
      }, 5);
    });
    expect(await starting).toMatchObject({ code: 0, signal: null });
    for (const left of ['florin.lock', 'postgres/postmaster.pid']) {
      expect(existsSync(join(settings.FLORIN_DATA_DIR, left)), left).toBe(false);
    }
  });

  it('SIGKILL leaves what the next start puts right', async () => {
    await using server = await spawnServer(settings);
    const paid = await create(server.http);
    expect(await server.kill('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
    await using next = await spawnServer(settings);
    expect((await next.http.get(`/payments/${paid.id}/`)).payment).toEqual(paid);
    expect((await next.http.post('/payments/', request)).status).toBe(200);
  });
});
