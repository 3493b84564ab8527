package dev.memberproxy.members;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;

/**
 * Refuses the attributes that Sentry ignores although they matter, and other spellings of
 * those it reads: a {@code sentry_org_role} would silently give the default role. SCIM
 * compares names without regard to case (RFC 7643 section 2.1), so Sentry may do so one
 * day.
 */
class SupportedAttributeValidator implements ConstraintValidator<SupportedAttribute, String> {

	private static final List<String> REFUSED = List.of("username", "sentryorgrole", "active", "password", "referrer");

	private static final Pattern SEPARATORS = Pattern.compile("[-_\\s]");

	private static final String CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:user:";

	@Override
	public boolean isValid(String name, ConstraintValidatorContext context) {
		String lower = name.toLowerCase(Locale.ROOT);
		String shortName = lower.startsWith(CORE_USER) ? lower.substring(CORE_USER.length()) : lower;
		return REFUSED.stream().noneMatch(SEPARATORS.matcher(shortName).replaceAll("")::equalsIgnoreCase);
	}

}
