package io.lianhu.sdk;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who acts (操作人) in this county. What an actor may do comes from posts in the county's registry, never from the token.
 *
 * @param subject the person's identity at Keycloak; the same person in every county; empty for the platform itself
 * @param resident the approved resident record of this person in this county
 * @param posts the posts held now, and, for an approved resident, {@link Role#RESIDENT} at the home's division
 */
public record Actor(String subject, Optional<Resident> resident, List<Post> posts, PermissionBook permissions) {

    /**
     * One role, held at a division and everything below it.
     *
     * @param unit the unit (承办单位) of which an officer is one; null for other roles
     */
    public record Post(Role role, DivisionCode division, @Nullable UUID unit) {

        /** A role that belongs to no unit. */
        public Post(Role role, DivisionCode division) {
            this(role, division, null);
        }
    }

    /** Which roles hold which permission, as the core and the county's plugins define them. */
    @FunctionalInterface
    public interface PermissionBook {
        /** The holders; empty for a permission that nobody defined. */
        Set<Role> holders(String permission);
    }

    /** Whether any post of the actor holds the permission, anywhere in the county. */
    public boolean may(String permission) {
        Set<Role> holders = permissions.holders(permission);
        return posts.stream().anyMatch(post -> holders.contains(post.role()));
    }

    /** Whether a post holds the permission at a division that contains the given one. */
    public boolean may(String permission, DivisionCode at) {
        return scopes(permission).stream().anyMatch(scope -> scope.contains(at));
    }

    /** The divisions at which the actor holds the permission (数据权限范围); none contains another. */
    public List<DivisionCode> scopes(String permission) {
        Set<Role> holders = permissions.holders(permission);
        List<DivisionCode> all = posts.stream()
                .filter(post -> holders.contains(post.role()))
                .map(Post::division)
                .distinct()
                .toList();
        return all.stream()
                .filter(one -> all.stream().noneMatch(other -> !other.equals(one) && other.contains(one)))
                .toList();
    }

    /**
     * Refuses the actor who lacks the permission at the division.
     *
     * @throws ApiException {@code FORBIDDEN}
     */
    public void require(String permission, DivisionCode at) {
        if (!may(permission, at)) {
            throw ApiException.forbidden(permission);
        }
    }

    /**
     * The resident record, for what only an approved resident does.
     *
     * @throws ApiException {@code FORBIDDEN} where there is none
     */
    public Resident requireResident() {
        return resident.orElseThrow(() -> ApiException.forbidden("resident"));
    }

    /** The units (承办单位) of which the actor is an officer. */
    public Set<UUID> units() {
        return posts.stream().map(Post::unit).filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
    }

    /** The resident's id, where there is one. */
    public Optional<UUID> residentId() {
        return resident.map(Resident::id);
    }
}
