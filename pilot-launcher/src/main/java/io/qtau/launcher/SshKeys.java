package io.qtau.launcher;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.SSHAgentConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Vector;
import org.jspecify.annotations.Nullable;

/**
 * The keys to try at a server, in OpenSSH's order: those of the agent that are named, the agent's
 * others, then files. A file with a passphrase is left out, since nobody is asked for one. Nothing
 * is ever added to an agent.
 */
@SuppressWarnings("JdkObsolete") // The library's interface has a Vector.
final class SshKeys implements IdentityRepository {
  private final Vector<Identity> keys = new Vector<>();
  private final List<String> told = new ArrayList<>();

  SshKeys(SshTarget target) {
    List<Identity> files = new ArrayList<>();
    List<byte[]> named = new ArrayList<>();
    for (Path file : target.keys()) {
      byte[] blob = publicKey(file);
      Identity identity = load(file);
      if (identity != null) {
        files.add(identity);
        blob = identity.getPublicKeyBlob();
      }
      if (blob != null) {
        named.add(blob);
      }
    }
    List<Identity> held = held(target.agent());
    held.stream().filter(key -> isOf(key, named)).forEach(keys::add);
    if (!target.keysOnly()) {
      held.stream().filter(key -> !isOf(key, named)).forEach(keys::add);
    }
    files.stream().filter(key -> !isHeld(key, held)).forEach(keys::add);
  }

  private static boolean isOf(Identity key, List<byte[]> blobs) {
    return blobs.stream().anyMatch(blob -> Arrays.equals(blob, key.getPublicKeyBlob()));
  }

  private static boolean isHeld(Identity key, List<Identity> held) {
    return isOf(key, held.stream().map(Identity::getPublicKeyBlob).toList());
  }

  private List<Identity> held(@Nullable Path agent) {
    if (agent == null) {
      told.add("there is no ssh-agent");
      return List.of();
    }
    try {
      SSHAgentConnector connector = new SSHAgentConnector(agent);
      if (!connector.isAvailable()) {
        told.add("no ssh-agent answers at " + agent);
        return List.of();
      }
      List<Identity> held = new AgentIdentityRepository(connector).getIdentities();
      told.add("ssh-agent has " + held.size() + (held.size() == 1 ? " key" : " keys"));
      return held;
    } catch (AgentProxyException e) {
      told.add("no ssh-agent answers at " + agent);
      return List.of();
    }
  }

  private @Nullable Identity load(Path file) {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      JSch one = new JSch();
      one.addIdentity(file.toString());
      Identity identity = one.getIdentityRepository().getIdentities().get(0);
      if (identity.isEncrypted()) {
        told.add(file + " has a passphrase ('ssh-add " + file + "' gives it to ssh-agent)");
        return null;
      }
      told.add(file.toString());
      return identity;
    } catch (JSchException e) {
      told.add(file + " cannot be read (" + e.getMessage() + ")");
      return null;
    }
  }

  private static byte @Nullable [] publicKey(Path file) {
    Path twin = file.resolveSibling(file.getFileName() + ".pub");
    try {
      return Base64.getDecoder().decode(Files.readString(twin).split("\\s+", 3)[1]);
    } catch (IOException | RuntimeException none) {
      return null;
    }
  }

  /** For messages: which keys there are to try, and which there would be. */
  String told() {
    return told.isEmpty() ? "there is no key" : String.join(", ", told);
  }

  @Override
  public String getName() {
    return "agent and files";
  }

  @Override
  public int getStatus() {
    return RUNNING;
  }

  @Override
  public Vector<Identity> getIdentities() {
    return keys;
  }

  @Override
  public boolean add(byte[] identity) {
    return false;
  }

  @Override
  public boolean remove(byte[] blob) {
    return false;
  }

  @Override
  public void removeAll() {}
}
