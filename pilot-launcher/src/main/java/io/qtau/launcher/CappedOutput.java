package io.qtau.launcher;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the first bytes of a command's output behind {@link ShellCall#MARK}; the rest is dropped.
 */
final class CappedOutput extends OutputStream {
  private final int most;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final CountDownLatch closed = new CountDownLatch(1);

  CappedOutput(int most) {
    this.most = most;
  }

  @Override
  public synchronized void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    kept.write(bytes, offset, Math.min(length, most + ShellCall.MARK.length() - kept.size()));
  }

  @Override
  public void close() {
    closed.countDown();
  }

  boolean awaitClose(long nanos) throws InterruptedException {
    return closed.await(nanos, TimeUnit.NANOSECONDS);
  }

  private synchronized String all() {
    return kept.toString(StandardCharsets.UTF_8);
  }

  boolean hasBegun() {
    return all().contains(ShellCall.MARK);
  }

  /** What the command said, or all that was said before it began. */
  String text() {
    String all = all();
    int mark = all.indexOf(ShellCall.MARK);
    return mark < 0 ? all : all.substring(mark + ShellCall.MARK.length());
  }
}
