package dev.memberproxy.organizations;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SentryProperties.class)
class OrganizationConfiguration {

	@Bean
	Organizations organizations(SentryProperties properties) {
		return new OrganizationFactory(properties).create();
	}

}
