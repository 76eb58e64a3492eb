package io.qtau.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Frames to and from a Python process: a length, four bytes, big-endian, and a JSON object. One
 * thread may read while another sends; the streams of {@link java.nio.channels.Channels} would make
 * one wait for the other.
 */
final class WorkerStream implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_FRAME_BYTES = 64 << 20;
  private static final int BUFFER_BYTES = 16 << 10;

  private final SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);

  WorkerStream(SocketChannel channel) {
    this.channel = channel;
  }

  void send(JsonNode record) throws IOException {
    byte[] body = JSON.writeValueAsBytes(record);
    if (body.length > MOST_FRAME_BYTES) {
      throw new IOException("a request of " + body.length + " bytes");
    }
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + body.length);
    frame.putInt(body.length).put(body).flip();
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  /** Waits for the next record; an {@link EOFException} when the other side is gone. */
  JsonNode read() throws IOException {
    int length = ByteBuffer.wrap(read(Integer.BYTES)).getInt();
    if (length < 0 || length > MOST_FRAME_BYTES) {
      throw new IOException("a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    return JSON.readTree(read(length));
  }

  private byte[] read(int count) throws IOException {
    byte[] bytes = new byte[count];
    int have = 0;
    while (have < count) {
      if (!buffer.hasRemaining()) {
        fill();
      }
      int next = Math.min(count - have, buffer.remaining());
      buffer.get(bytes, have, next);
      have += next;
    }
    return bytes;
  }

  private void fill() throws IOException {
    buffer.clear();
    try {
      if (channel.read(buffer) < 0) {
        throw new EOFException("the stream has ended");
      }
    } finally {
      buffer.flip();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
