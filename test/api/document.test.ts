import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, type TestApp } from '../support/app.ts'

type Schema = { $ref?: string }
type Content = Record<string, { schema: Schema }>
type Operation = {
  summary?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[]
  responses: Record<string, { description: string; content?: Content }>
}
type Document = {
  openapi: string
  info: { title: string; version: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

let app: TestApp
let document: Document
beforeAll(async () => {
  app = await openApp()
  document = (await app.askJson<Document>('/api/openapi.json')).body
})
afterAll(() => app.close())

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
  )

test('it is OpenAPI 3.1 and describes what the pages ask for', () => {
  expect(document.openapi).toBe('3.1.0')
  expect(document.info.title).toBe('Plumbline')
  for (const path of [
    '/api/overview',
    '/api/exceptions',
    '/api/flows/{flow}',
    '/api/traces/{trace_id}',
    '/readyz',
  ])
    expect(Object.keys(document.paths)).toContain(path)
})

test('every operation says what it does and what it answers, errors included', () => {
  for (const { name, path, operation } of operations()) {
    expect(operation.summary, name).toMatch(/\w{3}/)
    expect(operation.tags, name).toHaveLength(1)
    const answers = Object.entries(operation.responses)
    expect(
      answers.map(([status]) => status),
      name,
    ).toContain('200')
    for (const [status, answer] of answers) {
      expect(answer.description, `${name} ${status}`).toMatch(/\w{3}/)
      expect(Object.keys(answer.content ?? {}), `${name} ${status}`).toHaveLength(1)
    }
    if (path.startsWith('/api/'))
      expect(operation.responses.default?.content?.['application/json']?.schema, name).toEqual({
        $ref: '#/components/schemas/Problem',
      })
  }
})

test('every parameter of a path is declared, and required', () => {
  for (const { name, path, operation } of operations()) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
    expect(
      declared.map((parameter) => parameter.name),
      name,
    ).toEqual(inPath)
    for (const parameter of declared) expect(parameter.required, name).toBe(true)
    for (const parameter of operation.parameters ?? []) expect(parameter.schema, name).toBeTypeOf('object')
  }
})

test('every reference leads somewhere', () => {
  const names = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)]
  expect(names.length).toBeGreaterThan(0)
  for (const [, name] of names) expect(Object.keys(document.components.schemas)).toContain(name)
})

test('the page that browses it asks nobody else', async () => {
  const page = await (await app.ask('/api/docs')).text()
  const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string)
  expect(parts.length).toBeGreaterThan(1)
  for (const part of parts) {
    expect(part).toMatch(/^\/api\/docs\//)
    expect((await app.ask(part)).status, part).toBe(200)
  }
})
