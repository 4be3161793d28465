// Takes the conversations out of ChatGPT's export, a ZIP archive that is mostly pictures and sound. They are copied as
// they are, compressed. The format: APPNOTE.TXT of PKWARE, 4.3.

const CONVERSATIONS = /(?:^|\/)conversations(?:-\d{1,4})?\.json$/;
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_SIZE = 22;
const COMMENT = 65_535; // Bytes; the longest comment behind the end record.
const ENTRY_SIZE = 46;
const LOCAL_SIZE = 30;
const HAS_DESCRIPTOR = 8; // A flag: the sizes follow the data.

/**
 * @param {Blob} blob
 * @param {number} start
 * @param {number} end
 */
const view = async (blob, start, end) => new DataView(await blob.slice(start, end).arrayBuffer());

/**
 * An archive with only the conversations. The file itself if it has none, or is of a kind that is not understood.
 * @param {File} file
 * @returns {Promise<Blob>}
 */
export async function onlyConversations(file) {
  const tail = await view(file, Math.max(0, file.size - END_SIZE - COMMENT), file.size);
  let at = tail.byteLength - END_SIZE;
  while (at >= 0 && tail.getUint32(at, true) !== END) at--;
  // A ZIP64 archive has FFFFFFFF for the place of its directory.
  if (at < 0 || tail.getUint32(at + 16, true) === 0xffffffff) return file;
  const start = tail.getUint32(at + 16, true);
  const entries = await view(file, start, start + tail.getUint32(at + 12, true));
  const parts = [];
  const directory = [];
  let size = 0;
  for (let from = 0; from + ENTRY_SIZE <= entries.byteLength && entries.getUint32(from, true) === ENTRY; ) {
    const nameLength = entries.getUint16(from + 28, true);
    const behind = from + ENTRY_SIZE + nameLength;
    const name = new Uint8Array(entries.buffer, from + ENTRY_SIZE, nameLength);
    if (CONVERSATIONS.test(new TextDecoder().decode(name))) {
      const packed = entries.getUint32(from + 20, true);
      const place = entries.getUint32(from + 42, true);
      if (packed === 0xffffffff || place === 0xffffffff) return file;
      const local = await view(file, place, place + LOCAL_SIZE);
      const data = place + LOCAL_SIZE + local.getUint16(26, true) + local.getUint16(28, true);
      const entry = new Uint8Array(entries.buffer.slice(from, behind));
      const fields = new DataView(entry.buffer);
      fields.setUint16(8, fields.getUint16(8, true) & ~HAS_DESCRIPTOR, true);
      // Without the extra field and the comment.
      fields.setUint32(30, 0, true);
      fields.setUint32(42, size, true);
      // The local header has the fields from the version to the length of the extra field in the same order.
      const header = new Uint8Array(LOCAL_SIZE);
      header.set([0x50, 0x4b, 3, 4]);
      header.set(entry.subarray(6, 32), 4);
      parts.push(header, name.slice(), file.slice(data, data + packed));
      directory.push(entry);
      size += LOCAL_SIZE + nameLength + packed;
    }
    from = behind + entries.getUint16(from + 30, true) + entries.getUint16(from + 32, true);
  }
  if (!directory.length) return file;
  const end = new DataView(new ArrayBuffer(END_SIZE));
  end.setUint32(0, END, true);
  end.setUint16(8, directory.length, true);
  end.setUint16(10, directory.length, true);
  end.setUint32(12, new Blob(directory).size, true);
  end.setUint32(16, size, true);
  return new Blob([...parts, ...directory, end]);
}
