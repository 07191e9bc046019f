package io.lianhu.testkit;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What a test run makes up, different each time: runs share one Keycloak and one Redis. */
final class Chance {
    private static final List<String> FAMILY_NAMES =
            List.of("王", "李", "张", "刘", "陈", "杨", "赵", "吴", "罗", "石", "龙", "欧阳");
    private static final List<String> GIVEN_NAMES =
            List.of("秀英", "建国", "桂兰", "志强", "玉珍", "海燕", "文军", "小红", "阿妹", "明", "德华", "春梅");

    private Chance() {}

    /** Lower-case letters and digits, a letter first. */
    static String letters(int length) {
        return symbols("abcdefghjkmnpqrstuvwxyz", 1) + symbols("abcdefghjkmnpqrstuvwxyz23456789", length - 1);
    }

    static String digits(int length) {
        return symbols("0123456789", length);
    }

    private static String symbols(String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(ThreadLocalRandom.current().nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /** A name as people have them (王秀英). */
    static String personName() {
        return any(FAMILY_NAMES) + any(GIVEN_NAMES);
    }

    /** A mobile telephone number of a range that is not given out. */
    static String telephone() {
        return "120" + digits(8);
    }

    private static String any(List<String> some) {
        return some.get(ThreadLocalRandom.current().nextInt(some.size()));
    }
}
