package dev.memberproxy.sentry;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a call to Sentry came to when it did not do what it was meant to do.
 */
public sealed interface Failure {

	/**
	 * The HTTP status of the answer.
	 * @return the status, or null if no answer came back
	 */
	@Nullable Integer status();

	/**
	 * What happened, for the log: our words, no text of Sentry's.
	 * @return a sentence
	 */
	String diagnosis();

	/**
	 * Whether the attempt ended because this service had no more time for it, which says
	 * nothing about Sentry or the way to it.
	 * @return true if this service ended it
	 */
	default boolean cutShort() {
		return false;
	}

	/** Sentry, or what stands in front of it, refused the request for good. */
	sealed interface Refusal extends Failure {

	}

	/**
	 * The request was certainly not processed: no byte of it left, or it was turned away
	 * before anything looked at it. Sending it again is safe, whatever it asks for.
	 */
	sealed interface NotProcessed extends Failure {

	}

	/**
	 * The request was sent, at least in part, and what came back, if anything, does not
	 * tell whether it was carried out.
	 */
	sealed interface Ambiguous extends Failure {

	}

	/**
	 * The address belongs to a member already.
	 */
	record AlreadyMember(Integer status, String diagnosis) implements Refusal {
	}

	/**
	 * The address belongs to a member who has not signed in yet.
	 */
	record AlreadyInvited(Integer status, String diagnosis) implements Refusal {
	}

	/**
	 * The organization does not have the role.
	 */
	record RoleRefused(Integer status, String diagnosis) implements Refusal {
	}

	/**
	 * Another fault that Sentry finds in the data sent.
	 */
	record DataRefused(Integer status, String diagnosis) implements Refusal {
	}

	/**
	 * There is no member with this id.
	 */
	record NoSuchMember(Integer status, String diagnosis) implements Refusal {
	}

	/**
	 * Sentry neither changes nor removes this member: it is the last owner, or managed by
	 * a partner.
	 */
	record ProtectedMember(Integer status, String diagnosis) implements Refusal {
	}

	/**
	 * Sentry does not accept our token, or does not let it do this.
	 */
	record CredentialsRefused(Integer status, String diagnosis) implements Refusal {

		/**
		 * Whether another token might have been accepted: Sentry did not get as far as to
		 * ask what this one permits.
		 * @return true for 401, false for 403
		 */
		public boolean isForToken() {
			return this.status == 401;
		}

	}

	/**
	 * Something refused the request that cannot be Sentry's SCIM API for this
	 * organization.
	 */
	record WrongEndpoint(Integer status, String diagnosis) implements Refusal {
	}

	/**
	 * No byte of the request left: no connection could be made.
	 *
	 * @param cutShort whether this service had no more time for it; that says nothing
	 * about Sentry
	 */
	record NotSent(String diagnosis, boolean cutShort) implements NotProcessed {

		@Override
		public @Nullable Integer status() {
			return null;
		}

	}

	/**
	 * Sentry's gateway did not forward the request.
	 */
	record NotForwarded(Integer status, String diagnosis) implements NotProcessed {
	}

	/**
	 * Over Sentry's limits, or those of something in front of it.
	 *
	 * @param retryAfter how long to wait; at least one second, at most {@link #LONGEST}
	 */
	record RateLimited(Integer status, String diagnosis, Duration retryAfter) implements NotProcessed {

		/**
		 * The longest wait, whatever the response asks for: after it one request finds
		 * out whether the limit still holds.
		 */
		public static final Duration LONGEST = Duration.ofMinutes(1);

	}

	/**
	 * A failure inside of Sentry, told by Sentry itself: usually rolled back, but not
	 * certainly.
	 *
	 * @param errorId Sentry's id of the failure
	 */
	record SentryFault(Integer status, String diagnosis, @Nullable String errorId) implements Ambiguous {
	}

	/**
	 * A success told by something that cannot be Sentry's SCIM API: a web page with a 2xx
	 * status.
	 */
	record WebPage(Integer status, String diagnosis) implements Ambiguous {
	}

	/**
	 * A response that Sentry did not write, or that Sentry cannot have meant for such a
	 * request: of a firewall, a gateway, an authenticating proxy. It proves nothing. The
	 * request may have been kept from Sentry, or its response from this service.
	 */
	record ForeignResponse(Integer status, String diagnosis) implements Ambiguous {
	}

	/**
	 * No whole answer came back in time.
	 *
	 * @param cutShort whether this service gave the attempt less time than
	 * {@code sentry.read-timeout}; that says nothing about Sentry
	 */
	record TimedOut(String diagnosis, boolean cutShort) implements Ambiguous {

		@Override
		public @Nullable Integer status() {
			return null;
		}

	}

	/**
	 * An answer that is broken or tells nothing, or a connection that broke before there
	 * was one.
	 */
	record Unclear(@Nullable Integer status, String diagnosis) implements Ambiguous {
	}

}
