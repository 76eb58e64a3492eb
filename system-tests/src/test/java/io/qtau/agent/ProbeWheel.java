package io.qtau.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A wheel of one module, {@code qtau_probe}, as small as one can be. */
public final class ProbeWheel {
  private ProbeWheel() {}

  /** Writes one whose {@code qtau_probe:version} returns its version. */
  public static void write(Path directory, String version) throws IOException {
    String info = "qtau_probe-" + version + ".dist-info/";
    Path file = directory.resolve("qtau_probe-" + version + "-py3-none-any.whl");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      put(
          zip,
          "qtau_probe.py",
          "import sys\ndef version(): return '" + version + "'\ndef place(): return sys.prefix\n");
      put(
          zip,
          info + "METADATA",
          "Metadata-Version: 2.1\nName: qtau-probe\nVersion: " + version + "\n");
      put(zip, info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
      put(
          zip,
          info + "RECORD",
          "qtau_probe.py,,\n" + info + "METADATA,,\n" + info + "WHEEL,,\n" + info + "RECORD,,\n");
    }
  }

  private static void put(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }
}
