package io.qtau.launcher;

import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.WireFormat;
import io.qtau.templates.Templates;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a pilot leaves: its script, its settings (both read before it starts), the process id of its
 * agent, and what the agent said. It outlives the pilot.
 *
 * @param path absolute; named after the pilot
 */
public record PilotDirectory(Path path) {
  private static final int TAIL_BYTES = 2000;
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** The directory of a pilot below the directory of all of them; it need not exist. */
  public static PilotDirectory of(Path pilots, PilotName name) {
    return new PilotDirectory(pilots.toAbsolutePath().normalize().resolve(name.value()));
  }

  /** All pilots that ever were below a directory, by name. */
  public static List<Allocation> all(Path pilots) throws IOException {
    if (!Files.isDirectory(pilots)) {
      return List.of();
    }
    List<Allocation> found = new ArrayList<>();
    try (Stream<Path> children = Files.list(pilots)) {
      for (Path child : children.sorted().toList()) {
        PilotDirectory directory = new PilotDirectory(child.toAbsolutePath().normalize());
        if (Files.isRegularFile(directory.settingsFile())) {
          found.add(new Allocation(directory.name(), directory));
        }
      }
    }
    return found;
  }

  /** The pilot's name. */
  public PilotName name() {
    return new PilotName(path.getFileName().toString());
  }

  public Path settingsFile() {
    return path.resolve("settings.json");
  }

  public Path stderr() {
    return path.resolve("stderr");
  }

  Path script() {
    return path.resolve(Templates.PILOT.fileName());
  }

  Path lock() {
    return path.resolve("lock");
  }

  private Path pidFile() {
    return path.resolve("pid");
  }

  void create() throws IOException {
    if (!Files.isDirectory(path)) {
      Files.createDirectories(path.getParent());
      Files.createDirectories(path, PRIVATE_DIRECTORY);
    }
  }

  /** Makes it, and holds it until the lock is closed; empty when another start holds it. */
  Optional<FileChannel> claim() throws IOException {
    create();
    FileChannel file =
        FileChannel.open(lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = file.tryLock();
      if (lock != null) {
        return Optional.of(file);
      }
    } catch (OverlappingFileLockException heldHere) {
      // As if by another process.
    }
    file.close();
    return Optional.empty();
  }

  /** Makes it ready for a start: nothing in it speaks of an earlier one. */
  void prepare(AgentSettings settings) throws IOException {
    forgetPid();
    Files.deleteIfExists(path.resolve("stdout"));
    Files.deleteIfExists(stderr());
    write(script(), Templates.PILOT.text().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    write(settingsFile(), WireFormat.encode(settings));
  }

  /** What its agent was started with. */
  public AgentSettings settings() throws IOException {
    try {
      return WireFormat.decode(Files.readAllBytes(settingsFile()), AgentSettings.class);
    } catch (MalformedMessage e) {
      throw new IOException(settingsFile() + " is damaged: " + e.getMessage(), e);
    }
  }

  /** The process id that its script has recorded; empty before that and after a release. */
  public OptionalLong pid() throws IOException {
    try {
      return OptionalLong.of(Long.parseLong(Files.readString(pidFile()).strip()));
    } catch (NoSuchFileException | NumberFormatException none) {
      return OptionalLong.empty();
    }
  }

  /** The processes of its agents, on whatever hosts. */
  public Set<Long> pids() throws IOException {
    Optional<SshPilot> far = SshPilot.read(this);
    if (far.isPresent()) {
      return far.get().pids();
    }
    OptionalLong own = pid();
    return own.isPresent() ? Set.of(own.getAsLong()) : Set.of();
  }

  /** Where its agents were to run. */
  public ResourceUrl resource() throws IOException {
    return ResourceUrl.parse(settings().resource());
  }

  /** One of its own records, as it was last written; empty when there is none. */
  <T extends Record> Optional<T> read(String name, Class<T> type) throws IOException {
    Path file = path.resolve(name);
    try {
      return Optional.of(WireFormat.decode(Files.readAllBytes(file), type));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (MalformedMessage e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  void write(String name, Record record) throws IOException {
    write(path.resolve(name), WireFormat.encode(record));
  }

  void forgetPid() throws IOException {
    Files.deleteIfExists(pidFile());
  }

  /** The last lines of what its agent wrote to its standard error; empty when it wrote nothing. */
  public String lastWords() {
    try (var file = Files.newByteChannel(stderr())) {
      file.position(Math.max(0, file.size() - TAIL_BYTES));
      byte[] tail = java.nio.channels.Channels.newInputStream(file).readAllBytes();
      return new String(tail, java.nio.charset.StandardCharsets.UTF_8).strip();
    } catch (IOException nothingSaid) {
      return "";
    }
  }

  private void write(Path file, byte[] content) throws IOException {
    Path fresh = Files.createTempFile(path, "", ".new", PRIVATE_FILE);
    Files.write(fresh, content);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
