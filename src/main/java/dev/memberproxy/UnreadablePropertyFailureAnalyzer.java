package dev.memberproxy;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Reports a property of this service whose text cannot be converted and that something
 * binds before {@link ConfigurationCheck} does. Goes before Spring Boot's own analyzer,
 * which prints the value and knows no remedy.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class UnreadablePropertyFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		String property = PropertyNames.shown(cause.getName());
		Class<?> type = cause.getTarget().getType().resolve();
		if (type == null || !(property.startsWith("sentry.") || property.startsWith("members."))) {
			return null;
		}
		return new FailureAnalysis(property + " cannot be understood.", remedy(type), cause);
	}

	static String remedy(Class<?> type) {
		if (type == Duration.class) {
			return "Set it to a number with a unit, such as 500ms, 8s or 2m.";
		}
		if (type == Boolean.class || type == boolean.class) {
			return "Set it to true or false.";
		}
		if (type.isEnum()) {
			return "Set it to one of " + String.join(", ",
					Arrays.stream(type.getEnumConstants())
						.map((value) -> value.toString().toLowerCase(Locale.ROOT))
						.toList())
					+ ".";
		}
		return "Compare it with the documentation.";
	}

}
