/** A guest that comes back with its token over the deaths of a server, and knows what it was told. */
import assert from 'node:assert/strict';
import { RpcClient } from '../../support/rpc-client.ts';

interface Said {
  readonly text: string;
  /** The whole answer, once the server has given it. */
  answer?: string;
  /** Of the conversation in which it was answered. */
  conversation?: string;
  /** It was asked for; done once the server has said so. */
  erasure?: 'asked' | 'done';
}

interface Turn {
  readonly user: string;
  readonly assistant: string;
}

export class LoadGuest {
  readonly said: Said[] = [];
  /** Empty before the first hello. */
  account = '';
  #token: string | undefined;

  /** A connection that has said hello. A guest that was answered is the same one for ever. */
  async connect(port: number, conversation?: string): Promise<RpcClient> {
    const client = await RpcClient.open(port);
    try {
      await this.#hello(client, conversation);
      return client;
    } catch (error) {
      client.reset();
      throw error;
    }
  }

  async #hello(client: RpcClient, conversation: string | undefined): Promise<void> {
    const wanted = {
      ...(this.#token === undefined ? {} : { guestToken: this.#token }),
      ...(conversation === undefined ? {} : { conversation }),
    };
    const greeting = await client.call('session.hello', { client: 'load', version: '1', ...wanted });
    const { account } = await client.call('credits.balance');
    if (this.said.some(({ answer }) => answer !== undefined)) {
      assert.equal(greeting['guestToken'], this.#token, 'the token of a guest that was answered');
      assert.equal(account, this.account);
      if (conversation !== undefined) assert.equal(greeting['conversation'], conversation);
    }
    this.#token = String(greeting['guestToken']);
    this.account = String(account);
  }

  /** Each conversation has each answered message once, in order, and nothing that was not said. */
  async assertRemembered(port: number): Promise<void> {
    const conversations = new Set(this.said.flatMap(({ conversation }) => conversation ?? []));
    const seen = new Set<string>();
    for (const conversation of conversations) {
      using client = await this.connect(port, conversation);
      const { turns } = await client.call('chat.history', { limit: 200 });
      this.#assertTurns(turns as readonly Turn[], conversation, seen);
    }
  }

  #assertTurns(turns: readonly Turn[], conversation: string, seen: Set<string>): void {
    const said = new Map(this.said.map((one) => [one.text, one]));
    for (const { user } of turns) {
      assert.ok(said.has(user), `${user}: nobody said so`);
      assert.ok(!seen.has(user), `${user}: twice`);
      assert.notEqual(said.get(user)?.erasure, 'done', `${user}: erased`);
      seen.add(user);
    }
    const isCertain = ({ answer, erasure }: Said) => answer !== undefined && erasure === undefined;
    const wanted = this.said.filter((one) => isCertain(one) && one.conversation === conversation);
    const found = turns.filter(({ user }) => wanted.some(({ text }) => text === user));
    assert.deepEqual(
      found.map(({ user, assistant }) => ({ user, assistant })),
      wanted.map(({ text, answer }) => ({ user: text, assistant: answer })),
      `the conversation ${conversation}`,
    );
  }
}
