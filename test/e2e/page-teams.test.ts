/** The page for teams, against real processes, in Chromium. PICTURES_DIR=folder keeps pictures of it. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { connectAs, loginAgain, PASSWORD, register, type Person } from '../support/people.ts';
import { RpcClient } from '../support/rpc-client.ts';
import { PageBrowser, type BrowserOptions, type PageDriver } from './page/driver.ts';
import { axeFaults, contrastFaults } from './page/inspect.ts';
import { RealStack } from './page/real-stack.ts';
import { until } from '../support/until.ts';

const TEST_MS = 120_000;
const ROOT = 'root@example.org';
const BOSS = 'boss@example.org';
const ANA = 'ana@example.org';
const PICTURES = process.env['PICTURES_DIR'];

let stack: RealStack;
let browser: PageBrowser;
let ana: Person;
let lab: string;
let account: string;

before(async () => {
  browser = await PageBrowser.launch();
  stack = await RealStack.start({ MODEL_PRICES: '{"*":{"input":0,"output":1}}' });
  if (PICTURES !== undefined) mkdirSync(PICTURES, { recursive: true });
  stack.stub.configure({ tokens: 5, tokensPerSecond: 0 });
  const server = { port: stack.textPort };
  await register(server, { email: ROOT });
  await register(server, { email: BOSS, name: 'Berta' });
  ana = await register(server, { email: ANA, name: 'Ana' });
  using operator = await asOperator();
  await operator.call('users.setRole', { user: ROOT, role: 'admin' });
  const team = await operator.call('teams.create', { name: 'lab' });
  lab = String(team['id']);
  account = String(team['account']);
  await operator.call('credits.grant', { account, amount: 9_000 });
  await operator.call('teams.setMember', { team: lab, user: BOSS, role: 'manager' });
  const budget = { credits: 100, period: 'week' };
  await operator.call('teams.setMember', { team: lab, user: ANA, budget });
});

after(async () => {
  await browser.close();
  await stack.stop();
});

async function asOperator(): Promise<RpcClient> {
  const client = await RpcClient.open(stack.textPort);
  const key = (await readFile(join(stack.dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  await client.call('session.authenticate', { key });
  return client;
}

async function as(
  email: string,
  run: (driver: PageDriver) => Promise<void>,
  options: BrowserOptions = {},
): Promise<void> {
  const person = await browser.another(options);
  try {
    const driver = await person.newPage(stack.url);
    const { page } = driver;
    await page.goto(`${stack.url}app/sign-in?next=teams`);
    await page.locator('input[type="email"]').fill(email);
    await page.locator('input[type="password"]').fill(PASSWORD);
    await page.locator('button[type="submit"]').click();
    await page.waitForURL('**/app/teams');
    await run(driver);
    assert.deepEqual(driver.faults, []);
  } finally {
    await person.leave();
  }
}

async function availableIn(wallet: string): Promise<number> {
  using operator = await asOperator();
  return Number((await operator.call('credits.balance', { account: wallet }))['available']);
}

void it(
  'a member sees the wallet and the own budget, and chooses who pays',
  { timeout: TEST_MS },
  async () => {
    const before = await availableIn(account);
    await as(ANA, async (driver) => {
      const { page } = driver;
      await page.getByLabel('Wallet').selectOption('lab');
      await page.getByRole('button', { name: 'Use this wallet' }).click();
      await page.getByText('This wallet pays now.').first().waitFor();
      await page.getByRole('link', { name: 'Back to the conversation' }).click();
      await driver.ask('hello');
      const paid = before - (await availableIn(account));
      assert.ok(paid > 0, 'the team has paid');
      await page.goto(`${stack.url}app/teams`);
      assert.equal(await page.getByLabel('Wallet').inputValue(), lab, 'the choice stays');
      await page.getByRole('link', { name: 'lab' }).click();
      await page.getByText(`${paid} of 100 credits used this week`).waitFor();
      assert.equal(await page.getByRole('heading', { name: 'Members' }).count(), 0);
      assert.equal(await page.getByRole('heading', { name: 'Invitations' }).count(), 0);
    });
  },
);

void it('a manager changes members with the keyboard alone, and invites', { timeout: TEST_MS }, async () => {
  await register({ port: stack.textPort }, { email: 'eva@example.org' });
  using client = await connectAs({ port: stack.textPort }, ana);
  await as(BOSS, async ({ page }) => {
    await page.getByRole('link', { name: 'lab' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Members' }).waitFor();
    const adding = page.getByRole('form', { name: 'Add somebody who has an account' });
    await adding.getByLabel('E-mail').focus();
    await page.keyboard.type('eva@example.org');
    await page.keyboard.press('Enter');
    const eva = page.locator('.teams-member', { hasText: 'eva@example.org' });
    await eva.waitFor();
    await eva.getByLabel('Budget in credits').focus();
    await page.keyboard.type('250');
    await page.keyboard.press('Tab');
    await page.keyboard.type('day');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save: eva@example.org' }).focus();
    await page.keyboard.press('Enter');
    await saved('eva@example.org', { credits: 250, period: 'day' });
    const remove = page.getByRole('button', { name: 'Remove: eva@example.org' });
    await remove.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove now: eva@example.org' }).waitFor();
    await page.keyboard.press('Enter');
    await eva.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Make a link' }).click();
    const address = (await page.locator('.teams-address').textContent()) ?? '';
    const inviteToken = address.split('/').at(-1);
    const shown = await client.call('invitations.read', { inviteToken });
    assert.deepEqual([shown['role'], shown['team']], ['user', 'lab']);
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('No invitations.').waitFor();
    assert.equal(await client.failure('invitations.read', { inviteToken }), 'invitation_failed');
  });
});

async function saved(email: string, budget: object): Promise<void> {
  using operator = await asOperator();
  const read = async () => {
    const { members } = await operator.call('teams.get', { team: lab });
    return (members as { email: string; budget?: object }[]).find((one) => one.email === email)?.budget;
  };
  await until(read, (found) => JSON.stringify(found) === JSON.stringify(budget));
}

void it('whoever comes by an invitation is told of the team', { timeout: TEST_MS }, async () => {
  using operator = await asOperator();
  const { token } = await operator.call('invitations.create', { team: 'lab' });
  const person = await browser.another({});
  try {
    const { page } = await person.newPage(stack.url);
    await page.goto(`${stack.url}invite/${String(token)}`);
    await page.getByText('You will be in the team lab.').waitFor();
  } finally {
    await person.leave();
  }
});

void it('an administrator makes, names, fills and deletes a team', { timeout: TEST_MS }, async () => {
  await as(ROOT, async ({ page }) => {
    await page.getByText('You are in no team.').waitFor();
    await page.goto(`${stack.url}app/admin/teams`);
    await page.getByLabel('Name of a new team').fill('two words');
    await page.getByRole('button', { name: 'Make the team' }).click();
    await page.getByRole('alert').filter({ hasText: 'name' }).waitFor();
    await page.getByLabel('Name of a new team').fill('atlas');
    await page.getByRole('button', { name: 'Make the team' }).click();
    await page.getByRole('button', { name: 'atlas' }).click();
    await page.getByLabel('New name').fill('globe');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('button', { name: 'globe' }).waitFor();
    await page.getByLabel('Credits for the wallet').fill('70');
    await page.getByRole('button', { name: 'Give credits' }).click();
    await page.getByText('The wallet of globe now has 70 credits.').first().waitFor();
    await page.getByRole('button', { name: 'Delete the team' }).click();
    await page.getByRole('button', { name: 'Delete it now' }).click();
    await page.getByRole('button', { name: 'globe' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Members of lab' }).click();
    await page.locator('.teams-member', { hasText: ANA }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Leave the team' }).count(), 0);
  });
});

for (const [name, options] of Object.entries({
  'desktop-light': { width: 1440, height: 900 },
  'desktop-dark': { width: 1440, height: 900, theme: 'dark', locale: 'es' },
  'phone-light': { width: 360, height: 740, touch: true },
  'phone-dark': { width: 360, height: 740, theme: 'dark', touch: true, locale: 'es' },
} satisfies Record<string, BrowserOptions>)) {
  void it(`it is whole and can be read by everybody: ${name}`, { timeout: TEST_MS }, async () => {
    using client = await connectAs({ port: stack.textPort }, await bossAgain());
    await client.call('invitations.create', { team: 'lab', uses: 3 });
    for (const [email, paths] of [
      [BOSS, ['teams', `teams/${lab}`]],
      [ANA, [`teams/${lab}`]],
      [ROOT, ['admin/teams']],
    ] as const) {
      await as(
        email,
        async ({ page }) => {
          for (const [at, path] of paths.entries()) {
            await page.goto(`${stack.url}app/${path}`);
            await page.locator('.teams-sheet section, .admin-rows li').first().waitFor();
            if (email === BOSS && at === 1) await page.locator('.teams-rows .teams-row').first().waitFor();
            await whole(page, `${name}-${email.split('@')[0]}-${at}`);
          }
        },
        options,
      );
    }
  });
}

async function bossAgain(): Promise<Person> {
  return loginAgain({ port: stack.textPort }, { email: BOSS } as Person);
}

async function whole(page: PageDriver['page'], about: string): Promise<void> {
  assert.deepEqual(await axeFaults(page), [], about);
  assert.deepEqual(await contrastFaults(page), [], about);
  const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  assert.ok(Number(wide) <= 0, `${about}: ${String(wide)} px too wide`);
  if (PICTURES === undefined) return;
  const height = await page.evaluate<number>("document.querySelector('main > div').scrollHeight + 120");
  const size = page.viewportSize() ?? { width: 1100, height };
  await page.setViewportSize({ ...size, height: Math.max(height, size.height) });
  await page.screenshot({ path: join(PICTURES, `${about}.png`) });
  await page.setViewportSize(size);
}
