/** People who come back over the deaths of a server, and know what they were told: guests and users. */
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

export abstract class LoadPerson {
  readonly said: Said[] = [];
  /** Empty before the first hello. */
  account = '';
  /** Several devices of theirs speak at once. */
  abstract readonly hasDevices: boolean;

  /** A connection that has said hello. */
  async connect(port: number, device: string): Promise<RpcClient> {
    const client = await RpcClient.open(port);
    try {
      await this.hello(client, device);
      return client;
    } catch (error) {
      client.reset();
      throw error;
    }
  }

  protected abstract hello(client: RpcClient, device: string): Promise<void>;
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
    using client = await this.connect(port, 'reader');
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

/** One that was answered is the same one for ever, by its token. */
export class LoadGuest extends LoadPerson {
  readonly hasDevices = false;
  #token: string | undefined;

  protected async hello(client: RpcClient, device: string): Promise<void> {
    const wanted = { device, ...(this.#token === undefined ? {} : { guestToken: this.#token }) };
    const greeting = await client.call('session.hello', { client: 'load', version: '1', ...wanted });
    const { account } = await client.call('credits.balance');
    if (this.said.some(({ answer }) => answer !== undefined)) {
      assert.equal(greeting['guestToken'], this.#token, 'the token of a guest that was answered');
      assert.equal(account, this.account);
    }
    this.#token = String(greeting['guestToken']);
    this.account = String(account);
  }
}

/** One that has registered signs in again for ever, by password or by the tokens of an earlier login. */
export class LoadUser extends LoadPerson {
  readonly hasDevices = true;
  readonly #email: string;
  /** Whether the server may know this account, and whether it said so. */
  #account: 'none' | 'asked' | 'made' = 'none';
  /** By device. Undefined while an answer is missing: the server may have given the next one. */
  readonly #refreshTokens = new Map<string, string | undefined>();
  #signingIn: Promise<unknown> = Promise.resolve();

  constructor(email: string) {
    super();
    this.#email = email;
  }

  protected async hello(client: RpcClient, device: string): Promise<void> {
    // The account is made once, by the first device.
    const before = this.#signingIn;
    const signedIn = before.catch(() => {}).then(() => this.#signIn(client, device));
    this.#signingIn = signedIn;
    const key = await signedIn;
    await client.call('session.hello', { client: 'load', version: '1', device, key });
    const { account } = await client.call('credits.balance');
    assert.ok(this.account === '' || account === this.account);
    this.account = String(account);
  }

  async #signIn(client: RpcClient, device: string): Promise<string> {
    const refreshToken = this.#refreshTokens.get(device);
    this.#refreshTokens.set(device, undefined);
    const answer = await (refreshToken === undefined
      ? this.#begin(client)
      : client.call('auth.refresh', { refreshToken }));
    this.#refreshTokens.set(device, String(answer['refreshToken']));
    return String(answer['accessToken']);
  }

  async #begin(client: RpcClient): Promise<Record<string, unknown>> {
    const input = { email: this.#email, password: 'a long sentence' };
    if (this.#account === 'made') return client.call('auth.login', input);
    const wasAsked = this.#account === 'asked';
    this.#account = 'asked';
    const { result, error } = await client.response(client.send('auth.register', input));
    this.#account = 'made';
    if (result) return result;
    assert.deepEqual([wasAsked, error?.data['reason']], [true, 'email_taken']);
    return client.call('auth.login', input);
  }
}
