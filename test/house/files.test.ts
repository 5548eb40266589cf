import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { listFiles, readHouseFile, rooms } from '../support/house.ts'

const files = listFiles(...rooms)
const isText = (path: string) => /\.(ts|tsx|mjs|js|css|html|sql|yaml|json|svg)$/.test(path)
const isGenerated = (path: string) => /\.gen\.(ts|json)$/.test(path)
const isTest = (path: string) => path.startsWith('test/')

test('files are kebab-case; SQL files are snake_case, as the names they define', () => {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|gen|schema|config|d))*\.[a-z0-9]+$/
  const snake = /^[a-z0-9]+(_[a-z0-9]+)*\.sql$/
  const broken = files.filter((path) => !(path.endsWith('.sql') ? snake : kebab).test(basename(path)))
  expect(broken).toEqual([])
})

test('no file is longer than 400 lines', () => {
  const long = files.filter(
    (path) =>
      isText(path) &&
      !isTest(path) &&
      !isGenerated(path) &&
      readHouseFile(path).trimEnd().split('\n').length > 400,
  )
  expect(long).toEqual([])
})

test('nothing is left for later', () => {
  const later = new RegExp(
    `\\b(${['TO', 'FIX'].map((start) => `${start}${start === 'TO' ? 'DO' : 'ME'}`).join('|')})\\b`,
  )
  expect(files.filter((path) => isText(path) && later.test(readHouseFile(path)))).toEqual([])
})

test('nothing names a place on the machine it was written on', () => {
  const place = /(^|[\s'"`(=])\/(home|Users|root|work)\//m
  const self = 'test/house/files.test.ts'
  expect(files.filter((path) => isText(path) && path !== self && place.test(readHouseFile(path)))).toEqual([])
})

test('what a browser runs or shows comes from here', () => {
  // names of XML namespaces are not addresses; a link someone may follow is not loaded
  const foreign = /(src|href)=["']https?:|url\(["']?https?:|@import ["']https?:|import\(["']https?:/
  expect(files.filter((path) => path.startsWith('web/') && foreign.test(readHouseFile(path)))).toEqual([])
})

test('what scrolls sideways is reached by keys, and named', () => {
  const mute = /<\w+ class="[^"]*\bscroll-x\b[^"]*"(?![^>]*tabindex="0"[^>]*aria-label=)[^>]*>/
  expect(files.filter((path) => path.endsWith('.tsx') && mute.test(readHouseFile(path)))).toEqual([])
})
