package web

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// showPrivacy leads to the operator's own notice where there is one.
func (s *Server) showPrivacy(c *gin.Context, u helpdesk.User) error {
	if s.config.PrivacyURL != "" {
		return s.seeOther(c, s.config.PrivacyURL, "")
	}
	return s.page(c, http.StatusOK, "privacy", privacyPage{
		page: s.frame(c, u, "Privacy"), Controller: s.config.Controller, Email: s.config.Contact,
		DPO: s.config.DPO, Retention: s.config.Retention,
	})
}

func (s *Server) showAccessibility(c *gin.Context, u helpdesk.User) error {
	return s.page(c, http.StatusOK, "accessibilita", accessibilityPage{page: s.frame(c, u, "Accessibilità"), Email: s.config.Contact})
}

func (s *Server) assetFile(c *gin.Context, _ helpdesk.User) error {
	ServeAsset(c.Writer, c.Request)
	return nil
}

// favicon answers browsers that ask for it without reading the page.
func (s *Server) favicon(c *gin.Context, _ helpdesk.User) error {
	return s.seeOther(c, AssetPath("favicon.svg"), "")
}
