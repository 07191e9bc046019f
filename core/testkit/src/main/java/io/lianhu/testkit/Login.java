package io.lianhu.testkit;

import io.lianhu.devstack.Keycloak;
import io.lianhu.devstack.Person;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A person at Keycloak, with tokens for counties; each is used for less than its 15 minutes. */
final class Login {
    private static final Duration FRESH = Duration.ofMinutes(10);

    private final Keycloak keycloak;
    private final Person person;
    private final String subject;
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();

    private record Token(String value, Instant staleAt) {}

    private Login(Keycloak keycloak, Person person) {
        this.keycloak = keycloak;
        this.person = person;
        this.subject = keycloak.createPerson(person);
    }

    /** Makes a person that nobody knows yet. */
    static Login create(Keycloak keycloak) {
        return new Login(
                keycloak,
                new Person("test-" + Chance.letters(12), Chance.letters(20), Chance.personName(), Chance.telephone()));
    }

    String subject() {
        return subject;
    }

    String name() {
        return person.displayName();
    }

    String telephone() {
        return String.valueOf(person.telephone());
    }

    /**
     * A token.
     *
     * @param county the code to bind it to; empty for none. To somebody who is no member Keycloak gives one that names no county.
     */
    synchronized String token(String county) { // Keycloak takes two sign-ins at once for an attack
        Token known = tokens.get(county);
        if (known == null || Instant.now().isAfter(known.staleAt())) {
            known = new Token(
                    keycloak.token(person.username(), person.password(), county.isEmpty() ? null : county),
                    Instant.now().plus(FRESH));
            tokens.put(county, known);
        }
        return known.value();
    }

    /** To be called after the person has become a member somewhere: tokens do not learn of it. */
    void forgetTokens() {
        tokens.clear();
    }
}
