package io.lianhu.sdk;

import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A message (消息) from a plugin to people, in the words of the plugin's message files: {@code message.<template>.title} and {@code
 * message.<template>.body}, in both languages, with <code>{name}</code> for each parameter.
 *
 * @param residents approved residents. One without a login has no inbox: the household's members get it, or, where none of them has a
 *     login, the grid worker of the home's grid
 * @param subjects people by their identity, as {@link Actor#subject} is
 * @param template 1–60 of {@code a-z 0-9 . -}
 * @param params at most {@value #PARAMS}, each value of at most {@value #PARAM_LENGTH} characters
 */
public record Message(Set<UUID> residents, Set<String> subjects, String template, Map<String, String> params) {

    /** The most receivers of one message. */
    public static final int RECEIVERS = 100;

    /** The most parameters. */
    public static final int PARAMS = 20;

    /** The longest value of a parameter. */
    public static final int PARAM_LENGTH = 500;

    public Message {
        residents = Set.copyOf(residents);
        subjects = Set.copyOf(subjects);
        params = Map.copyOf(params);
        if (residents.size() + subjects.size() > RECEIVERS) {
            throw new IllegalArgumentException("More than " + RECEIVERS + " receivers");
        }
        if (!template.matches("[a-z0-9.-]{1,60}")) {
            throw new IllegalArgumentException("Not the name of a template: " + template);
        }
        if (params.size() > PARAMS || params.values().stream().anyMatch(value -> value.length() > PARAM_LENGTH)) {
            throw new IllegalArgumentException("Too many parameters, or too long ones, for " + template);
        }
    }

    /** A message to one resident. */
    public static Message toResident(UUID resident, String template, Map<String, String> params) {
        return new Message(Set.of(resident), Set.of(), template, params);
    }

    /** A message to one person. */
    public static Message toSubject(String subject, String template, Map<String, String> params) {
        return new Message(Set.of(), Set.of(subject), template, params);
    }
}
