package org.thalweg.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32C;

/// Passes bytes on, all of them at each write, and remembers their number and their checksum.
final class ChecksumChannel implements WritableByteChannel {
  private final WritableByteChannel to;
  private final CRC32C checksum = new CRC32C();
  private long size;

  ChecksumChannel(WritableByteChannel to) {
    this.to = to;
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    int count = bytes.remaining();
    checksum.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
    size += count;
    return count;
  }

  long size() {
    return size;
  }

  long checksum() {
    return checksum.getValue();
  }

  @Override
  public boolean isOpen() {
    return to.isOpen();
  }

  /// Leaves the channel below open: whoever opened it closes it.
  @Override
  public void close() {}
}
