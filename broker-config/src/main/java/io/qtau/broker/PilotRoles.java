package io.qtau.broker;

import io.qtau.protocol.Addresses;
import io.qtau.protocol.PilotName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.core.security.Role;
import org.jspecify.annotations.Nullable;

/**
 * What a pilot may do. Rights that all pilots have stand in broker.xml, for the roles {@code pilot}
 * and {@code sharer} (the shared lanes); each pilot has its own for its lanes, claims and orders.
 */
final class PilotRoles {
  /** The end of a pilot that has none. */
  static final long NEVER = Long.MAX_VALUE;

  private static final String EVERY = "pilot";
  private static final String SHARED = "sharer";
  private static final String UNTIL = "until.";

  private PilotRoles() {}

  /**
   * The roles of a pilot's user.
   *
   * @param ends epoch µs; null = never
   */
  static List<String> of(PilotName pilot, @Nullable Long ends, boolean ownPoolOnly) {
    List<String> roles = new ArrayList<>(List.of(EVERY, own(pilot)));
    if (!ownPoolOnly) {
      roles.add(SHARED);
    }
    if (ends != null) {
      roles.add(UNTIL + ends);
    }
    return roles;
  }

  /** When a user with these roles ends, epoch µs. */
  static long end(List<String> roles) {
    return roles.stream()
        .filter(role -> role.startsWith(UNTIL))
        .mapToLong(role -> Long.parseLong(role.substring(UNTIL.length())))
        .min()
        .orElse(NEVER);
  }

  private static String own(PilotName pilot) {
    return EVERY + "." + pilot;
  }

  /** The rights that are one pilot's alone, by the addresses that they are for. */
  static Map<String, Set<Role>> rights(PilotName pilot) {
    Map<String, Set<Role>> rights = new LinkedHashMap<>();
    Role lanes = none(pilot);
    lanes.setSend(true);
    lanes.setConsume(true);
    lanes.setCreateDurableQueue(true);
    lanes.setCreateAddress(true);
    rights.put(Addresses.lanesOf(pilot) + ".#", withOwners(lanes));
    Role claims = none(pilot);
    claims.setSend(true);
    claims.setConsume(true);
    rights.put(Addresses.claimsOf(pilot) + ".#", withOwners(claims));
    Role control = none(pilot);
    control.setConsume(true);
    control.setCreateNonDurableQueue(true);
    control.setDeleteNonDurableQueue(true);
    rights.put(Addresses.control(pilot), withOwners(control));
    Role gangs = none(pilot);
    gangs.setSend(true);
    gangs.setConsume(true);
    gangs.setCreateNonDurableQueue(true);
    gangs.setDeleteNonDurableQueue(true);
    rights.put(Addresses.gangs(pilot), withOwners(gangs));
    return rights;
  }

  /** A match replaces all wider ones: owner and steward are listed again. */
  private static Set<Role> withOwners(Role role) {
    return Set.of(role, all("owner"), all(StewardLogin.USER));
  }

  private static Role none(PilotName pilot) {
    Role role = new Role();
    role.setName(own(pilot));
    return role;
  }

  private static Role all(String name) {
    return new Role(name, true, true, true, true, true, true, true, true, true, true, true, true);
  }

  /** The same as the broker's management reads it. */
  static String json(Set<Role> rights) {
    Map<String, Predicate<Role>> kinds = new LinkedHashMap<>();
    kinds.put("send", Role::isSend);
    kinds.put("consume", Role::isConsume);
    kinds.put("createDurableQueue", Role::isCreateDurableQueue);
    kinds.put("deleteDurableQueue", Role::isDeleteDurableQueue);
    kinds.put("createNonDurableQueue", Role::isCreateNonDurableQueue);
    kinds.put("deleteNonDurableQueue", Role::isDeleteNonDurableQueue);
    kinds.put("createAddress", Role::isCreateAddress);
    kinds.put("deleteAddress", Role::isDeleteAddress);
    kinds.put("browse", Role::isBrowse);
    kinds.put("manage", Role::isManage);
    return kinds.entrySet().stream()
        .map(kind -> "\"" + kind.getKey() + "\":" + names(rights, kind.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String names(Set<Role> rights, Predicate<Role> allows) {
    return rights.stream()
        .filter(allows)
        .map(role -> "\"" + role.getName() + "\"")
        .sorted()
        .collect(Collectors.joining(",", "[", "]"));
  }
}
