package io.lianhu.server.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.IntValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.GraphQLScalarType;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;

/** The scalars beyond GraphQL's own. */
final class Scalars {

    /** Times are shown as they are lived by: in China's one time zone. */
    private static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");

    static final GraphQLScalarType DATE_TIME = scalar(
            "DateTime",
            text -> {
                OffsetDateTime moment = OffsetDateTime.parse(text);
                requireSane(moment.toLocalDate());
                return moment.toInstant();
            },
            value -> DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(((Instant) value).atZone(CHINA)));

    static final GraphQLScalarType DATE = scalar("Date", text -> requireSane(LocalDate.parse(text)), Object::toString);

    static final GraphQLScalarType LONG = GraphQLScalarType.newScalar()
            .name("Long")
            .coercing(new LongCoercing())
            .build();

    private Scalars() {}

    /** Years a county's records can have; the year 0 and those before would be stored as other days. */
    private static LocalDate requireSane(LocalDate date) {
        if (date.getYear() < 1900 || date.getYear() > 2199) {
            throw new DateTimeException("A year from 1900 to 2199 is expected");
        }
        return date;
    }

    private static GraphQLScalarType scalar(
            String name, Function<String, Object> read, Function<Object, String> write) {
        return GraphQLScalarType.newScalar()
                .name(name)
                .coercing(new TextCoercing(name, read, write))
                .build();
    }

    private record TextCoercing(String name, Function<String, Object> read, Function<Object, String> write)
            implements Coercing<Object, String> {
        @Override
        public String serialize(Object value, GraphQLContext context, Locale locale) {
            return write.apply(value);
        }

        @Override
        public Object parseValue(Object input, GraphQLContext context, Locale locale) {
            try {
                return read.apply(input.toString());
            } catch (DateTimeException malformed) {
                throw new CoercingParseValueException("Not a " + name + ": " + input, malformed);
            }
        }

        @Override
        public Object parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
            if (!(input instanceof StringValue text)) {
                throw new CoercingParseLiteralException("Not a " + name);
            }
            try {
                return read.apply(text.getValue());
            } catch (DateTimeException malformed) {
                throw new CoercingParseLiteralException("Not a " + name + ": " + text.getValue(), malformed);
            }
        }
    }

    private static final class LongCoercing implements Coercing<Long, Long> {
        @Override
        public Long serialize(Object value, GraphQLContext context, Locale locale) {
            return ((Number) value).longValue();
        }

        @Override
        public Long parseValue(Object input, GraphQLContext context, Locale locale) {
            if (input instanceof Integer || input instanceof Long || input instanceof BigInteger) {
                return exact(new BigInteger(input.toString()));
            }
            throw new CoercingParseValueException("Not a Long: " + input);
        }

        @Override
        public Long parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
            if (input instanceof IntValue number) {
                return exact(number.getValue());
            }
            throw new CoercingParseLiteralException("Not a Long");
        }

        private static Long exact(BigInteger value) {
            try {
                return value.longValueExact();
            } catch (ArithmeticException tooLarge) {
                throw new CoercingParseValueException("Beyond a Long: " + value, tooLarge);
            }
        }
    }
}
