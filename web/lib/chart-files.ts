import plex from '@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-standard-normal.woff2?url'

/** What a chart was drawn from, as the API sent it: a record per point. */
export type ChartPoint = Readonly<Record<string, string | number | null>>

/** Pixels of the picture per pixel on screen: sharp in a document, and when it is printed. */
const scale = 2

/** The points as CSV (RFC 4180): a line per point under the names of its fields, values as they are, times in UTC. */
export function writeCsv(points: readonly ChartPoint[]): string {
  const names = Object.keys(points[0] ?? {})
  const cell = (value: string | number | null | undefined) => {
    const text = value === null || value === undefined ? '' : String(value)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return [names, ...points.map((point) => names.map((name) => point[name]))]
    .map((row) => `${row.map(cell).join(',')}\r\n`)
    .join('')
}

/**
 * A chart as a PNG, as it is drawn on the page, on the paper of the theme it is seen in.
 * @throws Error when the browser can't draw it
 */
export async function drawPng(svg: SVGSVGElement, paper: string): Promise<Blob> {
  const { width, height } = svg.getBoundingClientRect()
  // a picture is drawn without the page's styles: the face goes with it
  const face = `<style>@font-face{font-family:"Plex";src:url(${await readAsUrl(plex)}) format("woff2");font-weight:100 700;font-display:swap}</style>`
  const text = new XMLSerializer().serializeToString(svg).replace(/(<svg[^>]*>)/, `$1${face}`)
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`
  await image.decode()
  // the face is unpacked after the picture; without it the words would be of another face
  await new Promise((resolve) => setTimeout(resolve, 200))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const drawing = canvas.getContext('2d')
  if (!drawing) throw new Error('the browser draws no pictures')
  drawing.fillStyle = paper
  drawing.fillRect(0, 0, canvas.width, canvas.height)
  drawing.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture is empty')))),
  )
}

/** Hands a file to whoever reads the page; its name is made from words. */
export function saveFile(words: string, ending: 'csv' | 'png', content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = `${words.toLowerCase().replace(/[^\p{L}\d]+/gu, '-')}.${ending}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

const readAsUrl = async (path: string) => {
  const blob = await (await fetch(path)).blob()
  return new Promise<string>((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })
}
