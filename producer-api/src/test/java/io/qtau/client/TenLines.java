package io.qtau.client;

import io.qtau.protocol.TaskDescription;

/** The smallest program: one task, and what it printed. */
final class TenLines {
  private TenLines() {}

  public static void main(String[] args) throws Exception {
    try (QTau qtau = QTau.connect();
        Session session = qtau.newSession()) {
      TaskHandle hello = session.submit(TaskDescription.exec("echo", "hello").build());
      System.out.print(hello.get().stdout().text());
    }
  }
}
