import assert from 'node:assert/strict';
import { test } from 'node:test';
import { talkTo } from '../companion.fixture.ts';
import { createCompanion } from '../index.ts';
import type { Message } from '../index.ts';

const COMPANION = createCompanion();
const { first, last, talk } = talkTo(COMPANION);

// The turns after a sign of danger.

test('"no" to "are you safe?" asks for company and gives the emergency number', () => {
  const answer = last('es', 'quiero morir', 'no');
  assert.match(answer, /112/u);
  assert.match(answer, /compañía/u);
});

test('"yes" is taken as safe, and the conversation stays gentle for some turns', () => {
  const answers = talk('en', ['I want to die', 'yes', 'tell me a joke', 'my mother hates me', 'ok']);
  assert.match(answers[1] ?? '', /relief/u);
  for (const answer of answers.slice(2)) assert.doesNotMatch(answer, /joke|laugh|model/u);
});

test('the safety question comes back until it is answered', () => {
  const answers = talk('en', ['I want to die', 'my boss is cruel', 'he shouts', 'every day']);
  assert.match(answers[3] ?? '', /safe\?/u);
  assert.match(answers[3] ?? '', /112/u);
});

test('six turns after being safe the ordinary conversation goes on', () => {
  const answers = talk('en', [
    'I want to die',
    'I am safe',
    'a',
    'b c',
    'd e',
    'f g',
    'h i',
    'j k',
    'I like painting',
  ]);
  assert.match(answers.at(-1) ?? '', /painting/u);
});

test('a doubtful phrase is asked about; "no" lets go, "yes" does not', () => {
  assert.match(first('mi vida no tiene sentido', 'es'), /¿estás pensando en morir\?/u);
  assert.match(last('es', 'mi vida no tiene sentido', 'no'), /Gracias por aclararlo/u);
  assert.match(last('es', 'mi vida no tiene sentido', 'sí'), /¿Estás a salvo/u);
  assert.match(last('es', 'mi vida no tiene sentido', 'no sé'), /¿Estás a salvo/u);
  assert.match(last('es', 'mi vida no tiene sentido', 'mi novia me dejó'), /dímelo tal cual/u);
});

test('a sign that only a model has answered is still known', () => {
  const messages: Message[] = [
    { role: 'user', content: 'I want to kill myself' },
    { role: 'assistant', content: 'I am here with you.' },
    { role: 'user', content: 'nobody cares' },
  ];
  assert.match(COMPANION.reply({ messages, locale: 'en' }), /lines there|on those lines/u);
});

test('what would be doubtful on another day is danger now', () => {
  assert.match(last('en', "I can't do this anymore", 'yes', 'alone in my room'), /people for just that/u);
  assert.match(last('en', "I can't do this anymore", 'yes', 'i have pills'), /safe\?/u);
  assert.match(last('es', 'quiero morir', 'ya me las tomé'), /Esto no puede esperar/u);
  assert.match(last('es', 'quiero morir', 'y no sé qué hacer'), /acompaña|emergencias|líneas/u);
  assert.match(last('en', 'I want to die', "I'm not going to kill myself"), /relief/u);
  assert.match(last('es', 'quiero morir', 'sí', 'tengo las pastillas en la mano'), /a salvo\?/u);
});

test('goodbye is not let pass while it is not known whether the person is safe', () => {
  assert.match(last('en', 'I want to die', 'bye'), /safe\?$/u);
  assert.match(last('en', 'I want to die', 'I am safe', 'bye'), /gently/u);
});

test('somebody hurt by another gets the lines for that', () => {
  const answer = first('mi marido me pega', 'es');
  assert.match(answer, /016/u);
  assert.match(answer, /No es culpa tuya/u);
});

test('it answers a cry in the language of the cry', () => {
  assert.match(first('I want to die', 'es'), /Are you safe right now\?/u);
  assert.match(first('quiero morir', 'en'), /¿Estás a salvo en este momento\?/u);
  assert.match(first('je veux mourir', 'es'), /024/u);
});

test('no promise of secrecy', () => {
  assert.match(last('en', 'I cut myself', "don't tell anyone please"), /can't promise secrecy/u);
  assert.match(first('will you keep this a secret?'), /cannot promise secrecy/u);
});
