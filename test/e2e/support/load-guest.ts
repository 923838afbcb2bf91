/** A guest that comes back with its token over the deaths of a server, and knows what it was told. */
import assert from 'node:assert/strict';
import { RpcClient } from '../../support/rpc-client.ts';

export interface Said {
  readonly text: string;
  /** It is another answer to a message that was sent before, or a new wording of one. */
  readonly isVersion: boolean;
  /** What was sent before it: in the same conversation, a message that is no version follows its answer. */
  readonly follows: Said | undefined;
  /** The whole answer, once the server has given it. */
  answer?: string;
  /** Of the conversation in which it was answered. */
  conversation?: string;
  promptMessage?: string;
  answerMessage?: string;
  /** It was asked for; done once the server has said so. */
  erasure?: 'asked' | 'done';
}

interface ShownMessage {
  readonly id: string;
  readonly role: string;
  readonly text: string;
  readonly status: string;
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
      device: 'load',
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

  /** Answered, and not erased. */
  get certain(): Said[] {
    return this.said.filter(({ answer, erasure }) => answer !== undefined && erasure === undefined);
  }

  /** Whoever erases an exchange erases its prompt, and with it the other answers. */
  noteErasure(one: Said, erasure: 'asked' | 'done'): void {
    for (const each of this.said) if (each.text === one.text) each.erasure = erasure;
  }

  /** Each answered message is there once, after what it followed, and nothing that was not said. */
  async assertRemembered(port: number): Promise<void> {
    if (this.certain.length === 0) return;
    using client = await this.connect(port);
    /** Ids of messages by their texts, in all branches. */
    const ids = new Map<string, string>();
    for (const said of this.certain) {
      const { conversation, answerMessage: message } = said;
      const { messages } = await client.call('conversations.messages', { conversation, message, limit: 100 });
      const branch = messages as readonly ShownMessage[];
      this.#assertAnswer(branch, said);
      for (const { id, role, text, status } of branch) {
        if (role !== 'user' || status === 'erased') continue;
        const known = this.said.find((one) => one.text === text);
        assert.ok(known, `${text}: nobody said so`);
        assert.notEqual(known.erasure, 'done', `${text}: erased`);
        assert.equal(ids.get(text) ?? id, id, `${text}: twice`);
        ids.set(text, id);
      }
    }
  }

  #assertAnswer(branch: readonly ShownMessage[], said: Said): void {
    const { text, answer, promptMessage, answerMessage, follows } = said;
    const found = branch.filter(({ id }) => id === answerMessage);
    assert.deepEqual(
      found.map((each) => each.text),
      [answer],
      text,
    );
    const at = branch.findIndex(({ id }) => id === answerMessage);
    assert.deepEqual([branch[at - 1]?.id, branch[at - 1]?.text], [promptMessage, text]);
    // What a cut connection left behind may come between them.
    // After a restart nothing follows what was erased at the end of a branch.
    if (follows?.answerMessage === undefined || follows.erasure !== undefined) return;
    if (follows.conversation !== said.conversation) return;
    const isBefore = branch.slice(0, at).some(({ id }) => id === follows.answerMessage);
    assert.ok(isBefore, `${text}: what it follows`);
  }
}
